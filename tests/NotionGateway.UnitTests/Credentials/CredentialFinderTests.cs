using Microsoft.Extensions.Time.Testing;
using NotionGateway.Credentials;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Credentials;

public sealed class CredentialFinderTests : IGrantedCredentials
{
    private readonly Credential _acme = new(new GrantTerms(Some.Grant("crm/acme"), "Standard"), new CredentialState { Token = Some.Token() });
    private readonly CredentialFinder _finder;

    public CredentialFinderTests() =>
        _finder = new CredentialFinder(new CredentialStore(new Reloadable<CredentialsOptions>(new CredentialsOptions([]))), this, new FakeTimeProvider());

    [Fact]
    public async Task A_key_that_is_bound_to_a_grant_finds_its_credential() =>
        Assert.Equal((_acme, null), await FindAsync("crm/acme", _acme.Terms.GrantId));

    [Fact]
    public async Task A_key_whose_grants_name_belongs_to_another_grant_now_finds_nothing()
    {
        var (credential, refusal) = await FindAsync("crm/acme", "the id of a grant that was called crm/acme before");

        Assert.Null(credential);
        Assert.Equal(RefusalReason.CredentialNotAllowed, refusal?.Reason);
    }

    [Fact]
    public async Task A_grant_that_is_not_there_is_denied_like_one_that_is_forbidden()
    {
        var (credential, refusal) = await FindAsync("crm/nobody", grantId: null);

        Assert.Null(credential);
        Assert.Equal(RefusalReason.CredentialNotAllowed, refusal?.Reason);
    }

    ValueTask<(Credential? Credential, Refusal? Refusal)> IGrantedCredentials.FindAsync(
        CredentialName name, string? grantId, CancellationToken cancellationToken) =>
        ValueTask.FromResult<(Credential?, Refusal?)>((name == _acme.Name ? _acme : null, null));

    private async Task<(Credential? Credential, Refusal? Refusal)> FindAsync(string name, string? grantId) =>
        await _finder.FindAsync(new CredentialName(name), Some.Caller("crm"), grantId, TestContext.Current.CancellationToken);
}
