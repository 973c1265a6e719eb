using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Access;
using NotionGateway.Credentials.Sources;
using NotionGateway.OAuth.Applications;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.TestKit;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Applications;

public sealed class ApplicationRevocationTests
{
    private static readonly OAuthAppOptions App = new()
    {
        Name = "crm",
        ClientId = "client",
        ClientSecret = new EnvironmentSecret("secret", SecretKind.ClientSecret, "SECRET"),
        Plan = "Standard",
        RedirectUris = [],
    };

    private readonly InMemoryGrantStore _store = new();
    private readonly FakeGrantWorld _world = new();
    private readonly Grant _grant = Grant("crm/acme");
    private readonly ApplicationRevocation _revocation;

    public ApplicationRevocationTests()
    {
        var may = Some.Permissions("all", "oauth:crm");
        var rules = new AccessRules(Some.Access(
            Some.CallerOptions("one") with { Permissions = may }, Some.CallerOptions("two") with { Permissions = may }, Some.CallerOptions("lost-the-right")));
        _revocation = new ApplicationRevocation(
            _store, _world, _world, new Reloadable<AccessRules>(rules), new FakeTimeProvider(Noon), NullLogger<ApplicationRevocation>.Instance);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_of_two_applications_ends_its_own_keys_and_Notion_hears_nothing()
    {
        await AddAsync("one", "two");
        Assert.Null(await RevokeAsync("one"));
        Assert.Equal([false, true], await HasKeysAsync("one", "two"));
        Assert.Empty(_world.Revoked);
        Assert.Equal([_grant.Name], _world.Changes);
    }

    [Fact]
    public async Task The_last_one_ends_the_grant_at_Notion_and_here()
    {
        await AddAsync("one", "two");
        await RevokeAsync("one");
        Assert.Null(await RevokeAsync("two"));
        Assert.Equal([_grant.Name], _world.Revoked);
        Assert.Empty(_store.Grants);
    }

    [Theory]
    [InlineData("lost-the-right")]
    [InlineData("not-configured-any-more")]
    public async Task Keys_that_no_longer_work_hold_nothing(string caller)
    {
        await AddAsync("one", caller);
        await RevokeAsync("one");
        Assert.Equal([_grant.Name], _world.Revoked);
    }

    [Fact]
    public async Task What_Notion_has_not_taken_stays_as_it_was()
    {
        await AddAsync("one");
        _world.Outcome = new RevokeOutcome.NotionUnreachable("no route");
        Assert.Equal(RefusalReason.UpstreamUnreachable, (await RevokeAsync("one"))!.Reason);
        Assert.Equal([true], await HasKeysAsync("one"));
    }

    [Fact]
    public async Task Who_connects_the_same_bot_while_it_is_revoked_keeps_the_grant()
    {
        await AddAsync("one");
        var now = Assert.Single(_store.Grants);
        _world.WhileRevoking = () =>
        {
            Assert.True(_store.TrySwapAsync(now with { Secrets = Secrets(2) }, now.Version, Stop).Result);
            Assert.True(_store.AddKeysAsync([Key("two", now, issue: "two") with { Caller = "two" }], Stop).IsCompletedSuccessfully);
        };

        Assert.Null(await RevokeAsync("one"));

        Assert.Equal([false, true], await HasKeysAsync("one", "two"));
        Assert.Single(_store.Grants);
    }

    [Fact]
    public async Task A_pair_that_was_renewed_meanwhile_is_revoked_too()
    {
        await AddAsync("one");
        var renewed = false;
        _world.WhileRevoking = () =>
        {
            if (!renewed)
            {
                var now = Assert.Single(_store.Grants);
                renewed = _store.TrySwapAsync(now with { Secrets = Secrets(2) }, now.Version, Stop).Result;
            }
        };

        Assert.Null(await RevokeAsync("one"));

        Assert.Equal(2, _world.Revoked.Count);
        Assert.Empty(_store.Grants);
    }

    private async Task AddAsync(params string[] callers)
    {
        await _store.AddAsync(_grant, Stop);
        await _store.AddKeysAsync([.. callers.Select(caller => Key(caller, _grant, issue: caller) with { Caller = caller })], Stop);
    }

    private Task<Refusal?> RevokeAsync(string caller) => _revocation.RevokeAsync(App, Some.Caller(caller), _grant);

    private async Task<IEnumerable<bool>> HasKeysAsync(params string[] callers) =>
        await Task.WhenAll(callers.Select(async caller => await _store.FindKeyAsync(KeyDigest.Of(caller), Stop) is not null));
}
