using NotionGateway.Access;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Access;

public sealed class AuthenticatorsTests
{
    private static readonly string BoundKey = GatewayKey.New();

    private readonly AccessRules _rules = new(Some.Access(
        Some.CallerOptions("crm") with { Keys = [KeyDigest.Of(The.Key)], Permissions = Some.Permissions("all", "oauth:app") },
        Some.CallerOptions("off") with { Disabled = true, Keys = [KeyDigest.Of("the key of off, which is off")] }));

    private readonly OneBoundKey _bound = new();

    [Fact]
    public async Task Unknown_wrong_and_disabled_get_the_same_answer()
    {
        var disabled = await AskAsync("Bearer the key of off, which is off");
        var unknown = await AskAsync("Bearer the key of off, which is on");

        Assert.Equal(unknown.Refusal!.Reason, disabled.Refusal!.Reason.ShownAs);
        Assert.Equal(unknown.Refusal.Message, disabled.Refusal.Message);
        Assert.Equal(RefusalReason.CallerDisabled, disabled.Refusal.Reason);
        Assert.Equal("off", disabled.Caller!.Name);
        Assert.Null(unknown.Caller);
    }

    [Fact]
    public async Task A_token_of_Notion_that_was_presented_is_known_by_its_hash_and_what_no_key_can_be_is_not()
    {
        var token = (await AskAsync($"Bearer {The.NotionToken}")).Key;
        Assert.Equal((KeyDigest.Of(The.NotionToken), false), (token!.Value.Digest, token.Value.HasForm));

        Assert.Null((await AskAsync("Bearer")).Key);
        Assert.Null((await AskAsync($"Bearer ntn_{new string('a', KeyDigest.LongestKey)}")).Key);
        Assert.NotNull((await AskAsync($"Bearer ntn_{new string('a', KeyDigest.LongestKey - 4)}")).Key);
    }

    [Fact]
    public async Task A_configured_key_is_known_without_a_look_at_the_keys_of_grants()
    {
        var who = await AskAsync($"Bearer {The.Key}");

        Assert.Equal("crm", who.Caller!.Name);
        Assert.Null(who.Bound);
        Assert.Equal(0, _bound.Asked);
    }

    [Fact]
    public async Task A_key_that_stands_for_a_grant_speaks_for_its_caller_and_opens_that_grant()
    {
        var who = await AskAsync($"Bearer {BoundKey}");

        Assert.Null(who.Refusal);
        Assert.Equal("crm", who.Caller!.Name);
        Assert.Equal("id-1", who.Bound!.GrantId);
        Assert.IsType<BoundKeyAuthenticator>(who.By);
    }

    [Fact]
    public async Task What_does_not_have_the_form_of_a_key_is_not_looked_for_among_those_of_grants()
    {
        Assert.Equal(RefusalReason.InvalidKey, (await AskAsync("Bearer something-else")).Refusal!.Reason);
        Assert.Equal(0, _bound.Asked);
        Assert.Equal(BearerKey.Invalid, (await AskAsync($"Bearer {GatewayKey.New()}")).Refusal);
        Assert.Equal(1, _bound.Asked);
    }

    [Fact]
    public async Task A_store_that_cannot_be_asked_is_told_as_such() =>
        Assert.Equal(RefusalReason.CredentialUnavailable, (await AskAsync($"Bearer {BoundKey}", fails: true)).Refusal!.Reason);

    private async Task<Authentication> AskAsync(string authorization, bool fails = false)
    {
        _bound.Fails = fails;
        var uses = new KeyUses(new Reloadable<AccessRules>(_rules), TimeProvider.System);
        return await Some.Authenticators(new KeyAuthenticator(uses), new BoundKeyAuthenticator(_bound))
            .AuthenticateAsync(_rules, new Proof(authorization), CancellationToken.None);
    }

    private sealed class OneBoundKey : IBoundKeys
    {
        public int Asked { get; private set; }

        public bool Fails { get; set; }

        public void Forget(KeyDigest key)
        {
        }

        public async ValueTask<(BoundIdentity? Identity, Refusal? Refusal)> FindAsync(KeyDigest key, CancellationToken cancellationToken)
        {
            Asked++;
            await Task.Yield();
            return Fails ? (null, new Refusal(RefusalReason.CredentialUnavailable, "unreadable"))
                : key.Equals(KeyDigest.Of(BoundKey)) ? (new BoundIdentity("crm", new CredentialName("app/name"), "id-1"), null)
                : default;
        }
    }
}
