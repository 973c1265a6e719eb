using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Promises;

/// <summary>Promise 9: every denial has one reason code, the same in the response, the metric, the span and the log line.</summary>
[Collection("Listeners to spans hear every gateway of the process")]
public sealed class P09_Every_denial_has_one_reason
{
    /// <summary>Reasons that need more than one request to occur, or another listener; they have tests of their own.</summary>
    private static readonly string[] Elsewhere =
        [
            "identity_ambiguous", "identity_conflict", "identity_unknown", "issuer_unavailable", "token_algorithm", "token_audience", "token_expired",
            "token_issuer", "token_key", "token_malformed", "token_not_yet_valid", "token_signature", "token_type",
            "grant_not_found", "internal_error", "invalid_request", "name_taken", "oauth_rejected", "overloaded", "queue_full",
            "shutting_down", "store_unavailable", "upstream_tls",
        ];

    [Theory]
    [MemberData(nameof(Scenarios.Names), MemberType = typeof(Scenarios))]
    public async Task The_reason_is_said_once_everywhere(string name)
    {
        var scenario = Scenarios.ByName[name];
        using var spans = new CapturedSpans();
        await using var run = await scenario.RunAsync();

        await run.Gateway.UntilAsync(() => run.Gateway.Logs.Named("Denial").Any(), "the request's line");
        var denial = Assert.Single(run.Gateway.Metrics.Matching("notion_gateway.denials"));
        Assert.Equal(scenario.Reason, denial.Labels["reason"]);
        Assert.Equal(scenario.Status.ToString(), denial.Labels["status"]);
        var line = Assert.Single(run.Gateway.Logs.Named("Denial"));
        Assert.Equal(scenario.Reason, line.Values["Reason"]);
        var id = (string)line.Values["RequestId"]!;
        await run.Gateway.UntilAsync(() => spans.OfRequest(id) is not null, "the request's span");
        var span = spans.OfRequest(id)!;
        Assert.Equal(scenario.Reason, span.GetTagItem("notion_gateway.reason"));
        Assert.Equal(scenario.Status, span.GetTagItem("http.response.status_code"));
        Assert.Equal(1, run.Gateway.Metrics.Sum("notion_gateway.requests", ("status", scenario.Status.ToString())));
        Assert.Contains(run.Gateway.Metrics.Matching("notion_gateway.requests").Single().Labels["outcome"], new[] { "denied", "failed" });
    }

    /// <summary>Lines about something that lasts longer than one request, written when it begins: not again with each request that meets it.</summary>
    private static readonly string[] Lasting =
    [
        "Started", "CredentialQuarantined", "CredentialSourceFailed", "CredentialNotVerified", "LimitedByNotion", "NotionOverloaded", "UnusualUpstream",
        "CredentialUnusual", "Draining", "DrainingDenies", "DrainTimeout",
    ];

    [Theory]
    [MemberData(nameof(Scenarios.Names), MemberType = typeof(Scenarios))]
    public async Task A_denied_request_leaves_one_line_that_says_everything(string name)
    {
        var scenario = Scenarios.ByName[name];
        await using var run = await scenario.RunAsync();
        await run.Gateway.UntilAsync(() => run.Gateway.Logs.Named("Denial").Any(), "the request's line");
        await run.Gateway.CountedAsync(1, "notion_gateway.requests");

        var lines = run.Gateway.Logs.Lines.Where(
            line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Information && !Lasting.Contains(line.Event.Name)).ToList();
        var line = Assert.Single(lines);
        Assert.Equal(scenario.Status, line.Values["Status"]);
        Assert.Superset(
            new HashSet<string>(["Method", "Operation", "Caller", "Credential", "Outcome", "ElapsedMs", "Attempts", "RequestId", "Explanation"]),
            line.Values.Keys.ToHashSet());
        Assert.All(Lasting, lasting => Assert.InRange(run.Gateway.Logs.Named(lasting).Count(), 0, 1));
        if (name is "upstream_unreachable" or "upstream_reset" or "upstream_timeout")
        {
            // What failed on the network is told to the operator, in the same line.
            Assert.NotEqual("", line.Values["Problem"]);
        }
    }

    [Fact]
    public async Task A_request_that_is_answered_leaves_one_line_too()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        await gateway.Client().GetAsync("/v1/users/me");
        await gateway.CountedAsync(1, "notion_gateway.requests");
        await gateway.UntilAsync(() => gateway.Logs.Named("Request").Any(), "the request's line");

        Assert.Equal(["Request"], gateway.Logs.Lines
            .Where(line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Information && !Lasting.Contains(line.Event.Name))
            .Select(line => line.Event.Name));
    }

    [Fact]
    public void No_reason_is_left_out() => Assert.Equal(
        RefusalReason.All.Select(reason => reason.Name).Order(), Scenarios.ByName.Keys.Concat(Elsewhere).Order());
}
