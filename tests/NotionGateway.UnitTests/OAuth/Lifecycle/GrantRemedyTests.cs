using NotionGateway.Credentials;
using NotionGateway.Credentials.Sources;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.TestKit;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Lifecycle;

public sealed class GrantRemedyTests
{
    private static readonly NotionToken Known = Some.Token("ntn_known");
    private static readonly NotionToken Other = Some.Token("ntn_other");

    /// <summary>In use: version 3, of nine hours after noon.</summary>
    private readonly Credential _credential = new(
        new GrantTerms(Grant("crm/acme"), "Standard"), new CredentialState().AfterGrant(Known, new NotionIdentity("bot", "workspace"), Noon.AddHours(9), 3));

    [Theory]
    [InlineData(10, 4, true)]
    [InlineData(8, 2, false)]
    [InlineData(0, 4, true)] // The clock was set back.
    [InlineData(10, 2, true)] // The store was restored, and the person has connected again.
    public void What_was_found_is_adopted_unless_both_its_time_and_its_version_are_older(int hour, long version, bool isAdopted)
    {
        _credential.Adopt(new OpenGrant(Grant("crm/acme") with { RefreshedAt = Noon.AddHours(hour), Version = version }, Other, null));
        Assert.Equal(isAdopted ? Other : Known, _credential.State.Token);
    }
}
