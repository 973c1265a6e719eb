using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Access;
using NotionGateway.Access.Targets;
using NotionGateway.Notion;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Access;

public sealed class AccessOrderTests
{
    private static readonly Refusal NoSeat = new(RefusalReason.Overloaded, "no seat");
    private static readonly Refusal NoAccess = new(RefusalReason.NotPermitted, "no access");
    private static readonly NotionOperation Search = Some.Operation("search");

    private static readonly AccessRules Strict = new(Some.Access(Some.CallerOptions("crm")) with
    {
        QueryTokens = new QueryTokenOptions { Names = QueryTokenOptions.DefaultNames, Action = QueryTokenAction.Reject },
    });

    private static readonly AccessRules Lenient = new(Some.Access(Some.CallerOptions("crm")));

    private readonly Caller _crm = Lenient.CallerNamed("crm")!;
    private readonly List<string> _asked = [];

    [Fact]
    public void The_head_is_judged_before_the_target()
    {
        Assert.Equal(RefusalReason.MethodNotAllowed, Read("PUT", "/v1/../x"));
        Assert.Equal(RefusalReason.MalformedTarget, Read("GET", "/v1/../x"));
    }

    [Fact]
    public void What_is_read_is_the_target_without_its_tokens_and_how_many_those_were()
    {
        Assert.Null(AccessOrder.Read(Lenient, RequestHead.WellFormed("GET"), "//v1/users?a=1&token=x&api_key=y", out var reading));
        Assert.Equal(("/v1/users?a=1", 2), (reading!.Target.ToString(), reading.QueryTokens));
    }

    [Fact]
    public void Nobody_is_asked_about_a_request_of_nobody()
    {
        var unknown = Judge(Strict, Authentication.Denied(BearerKey.Invalid), tokens: 1);
        Assert.Equal(new AccessDecision(BearerKey.Invalid, null), unknown);
        Assert.Equal(new AccessDecision(BearerKey.Invalid, null), Judge(Strict, new Authentication(null, null)));
        Assert.Empty(_asked);
    }

    [Fact]
    public void A_caller_that_is_denied_is_still_named()
    {
        Assert.Equal(new AccessDecision(NoAccess, _crm), Judge(Lenient, new Authentication(NoAccess, _crm)));
        Assert.Empty(_asked);
    }

    [Fact]
    public void The_seat_is_asked_for_before_anything_else()
    {
        Assert.Equal(new AccessDecision(NoSeat, _crm, Search), Judge(Strict, new Authentication(null, _crm), tokens: 1, seat: NoSeat));
        Assert.Equal(["seat"], _asked);
    }

    [Fact]
    public void A_credential_in_the_query_is_refused_before_access_is_decided_where_the_settings_say_so()
    {
        Assert.Equal(new AccessDecision(AccessOrder.RejectedQueryToken, _crm, Search), Judge(Strict, new Authentication(null, _crm), tokens: 1));
        Assert.Equal(["seat"], _asked);
    }

    [Fact]
    public void Then_access_is_decided()
    {
        Assert.Equal(new AccessDecision(NoAccess, _crm, Search), Judge(Lenient, new Authentication(null, _crm), tokens: 1));
        Assert.Equal(["seat", "access"], _asked);
        Assert.Equal(NoAccess, Judge(Strict, new Authentication(null, _crm)).Refusal);
    }

    [Fact]
    public void Credentials_in_the_query_are_counted_by_caller_and_by_what_became_of_them()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var captured = new CapturedMetrics(services);
        var rules = new Reloadable<AccessRules>(Strict);
        var metrics = new AccessMetrics(services.GetRequiredService<IMeterFactory>(), rules, new KeyUses(rules, TimeProvider.System));
        double Count(string caller, string action) => captured.Sum("notion_gateway.query_tokens", ("caller", caller), ("action", action));

        Judge(Strict, new Authentication(null, _crm), tokens: 1, metrics: metrics);
        Judge(Lenient, new Authentication(null, _crm), tokens: 2, metrics: metrics);
        Judge(Strict, Authentication.Denied(BearerKey.Invalid), tokens: 4, metrics: metrics);

        Assert.Equal((1, 2, 4), (Count("crm", "rejected"), Count("crm", "stripped"), Count(Caller.Unknown, "stripped")));
    }

    private static RefusalReason? Read(string method, string target) =>
        AccessOrder.Read(Lenient, RequestHead.WellFormed(method), target, out var reading) is { } refusal && reading is null ? refusal.Reason : null;

    private AccessDecision Judge(AccessRules rules, in Authentication who, int tokens = 0, Refusal? seat = null, AccessMetrics? metrics = null) =>
        AccessOrder.Judge(rules, new TargetReading(new RequestTarget("/v1/search"), tokens), who, metrics, new Asked(_asked, seat));

    private readonly struct Asked(List<string> asked, Refusal? seat) : IAsked
    {
        public NotionOperation? Operation => Search;

        public Refusal? TakeSeat(Caller caller)
        {
            asked.Add("seat");
            return seat;
        }

        public AccessDecision Authorize(Caller caller)
        {
            asked.Add("access");
            return new AccessDecision(NoAccess, caller, Search);
        }
    }
}
