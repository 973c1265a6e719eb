namespace NotionGateway.UnitTests;

public sealed class CredentialNameTests
{
    [Fact]
    public void Metrics_count_grants_by_their_app()
    {
        Assert.Equal("oauth:crm", new CredentialName("crm/acme").Label);
        Assert.Equal("oauth:crm", new CredentialName("crm/other").Label);
        Assert.Equal("default", CredentialName.Default.Label);
    }

    [Theory]
    [InlineData("crm/acme", true)]
    [InlineData("crm/b0b0b0b0-1111-4222-8333-444444444444", true)]
    [InlineData("crm", false)]
    [InlineData("crm/", false)]
    [InlineData("/acme", false)]
    [InlineData("crm/acme/x", false)]
    [InlineData("crm/../x", false)]
    [InlineData("CRM/acme", false)]
    [InlineData("crm/*", false)]
    [InlineData(null, false)]
    public void A_grants_name_is_an_app_and_a_name(string? text, bool isName) => Assert.Equal(isName, CredentialName.TryParseGrant(text, out _));
}
