using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.TokenEndpoint;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.OAuth.Lifecycle;

public sealed class RenewalRulesTests
{
    private static readonly TimeSpan Old = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Young = Old - TimeSpan.FromSeconds(1);

    [Fact]
    public void A_rejected_token_is_renewed() => Assert.Equal(RenewalStep.Refresh, First(Stored(), Old));

    [Fact]
    public void A_young_token_is_tried_first_since_an_operation_may_always_say_401() => Assert.Equal(RenewalStep.TryToken, First(Stored(), Young));

    [Fact]
    public void A_token_that_cannot_be_renewed_is_tried_before_its_grant_is_lost() =>
        Assert.Equal(RenewalStep.TryToken, First(Stored() with { Refresh = null }, Old));

    [Fact]
    public void What_another_process_has_stored_is_adopted_and_its_pair_not_used_up()
    {
        Assert.All([Old, Young], age => Assert.Equal(RenewalStep.Adopt, First(Stored() with { Access = Some.Token(The.OtherToken) }, age)));
        Assert.True(RenewalRules.IsNewer(Stored() with { Access = Some.Token(The.OtherToken) }, Some.Token()));
        Assert.False(RenewalRules.IsNewer(Stored(), Some.Token()));
    }

    [Fact]
    public void A_grant_that_is_known_to_be_lost_is_not_renewed()
    {
        var lost = Stored() with { Grant = SomeGrants.Grant("crm/acme") with { State = GrantState.Lost } };
        Assert.Equal(RenewalStep.Adopt, First(lost, Old));
    }

    [Theory]
    [InlineData("b0b1", RenewalVerdict.Take)]
    [InlineData("B0-B1", RenewalVerdict.Take)]
    [InlineData("b0b2", RenewalVerdict.SetAside)]
    internal void A_new_pair_is_taken_only_if_it_is_of_the_same_bot(string bot, RenewalVerdict verdict)
    {
        var profile = GrantProfile.Parse("""{"bot_id":"b0b1","workspace_id":"w"}""")!;
        var reply = OAuthReply<TokenResponse>.Of(new TokenResponse("access", "refresh", profile));
        Assert.Equal(verdict, RenewalRules.Of(reply, SomeGrants.Grant("crm/acme", bot: bot)));
    }

    [Theory]
    [InlineData(400, "invalid_grant", RenewalVerdict.LookAgain)]
    [InlineData(401, "invalid_grant", RenewalVerdict.LookAgain)]
    [InlineData(400, "invalid_request", RenewalVerdict.TryLater)]
    [InlineData(401, "invalid_client", RenewalVerdict.TryLater)]
    [InlineData(401, "unauthorized", RenewalVerdict.TryLater)]
    [InlineData(429, "rate_limited", RenewalVerdict.TryLater)]
    [InlineData(503, "unreadable", RenewalVerdict.TryLater)]
    internal void Only_a_grant_that_Notion_calls_invalid_may_be_lost(int status, string code, RenewalVerdict verdict) =>
        Assert.Equal(verdict, RenewalRules.Of(OAuthReply<TokenResponse>.Refused(new OAuthError(status, code, null)), SomeGrants.Grant("crm/acme")));

    [Fact]
    public void Without_a_response_nothing_is_known() =>
        Assert.Equal(RenewalVerdict.TryLater, RenewalRules.Of(OAuthReply<TokenResponse>.Failed("no response in time"), SomeGrants.Grant("crm/acme")));

    private static RenewalStep First(OpenGrant stored, TimeSpan age) => RenewalRules.First(stored, Some.Token(), SomeGrants.Noon + age);

    private static OpenGrant Stored() => new(SomeGrants.Grant("crm/acme"), Some.Token(), new UpstreamSecret("refresh", Some.Upstream));
}
