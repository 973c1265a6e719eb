using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Promises;

/// <summary>Promise 9: every denial has one reason code, the same in the response, the metric, the span and the log line.</summary>
public sealed class P09_Every_denial_has_one_reason
{
    /// <summary>Reasons that need more than one request to come about, or another listener; they have tests of their own.</summary>
    private static readonly string[] Elsewhere =
        ["grant_not_found", "internal_error", "invalid_request", "name_taken", "oauth_rejected", "overloaded", "queue_full", "shutting_down", "store_unavailable", "upstream_tls"];

    [Theory]
    [MemberData(nameof(Scenarios.Names), MemberType = typeof(Scenarios))]
    public async Task The_reason_is_said_once_everywhere(string name)
    {
        var scenario = Scenarios.ByName[name];
        using var spans = new CapturedSpans();
        await using var run = await scenario.RunAsync();

        await run.Gateway.UntilAsync(() => run.Gateway.Logs.Named("Request").Any(), "the request's line");
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
        Assert.Equal(scenario.Status, Assert.Single(run.Gateway.Logs.Named("Request")).Values["Status"]);
        Assert.Contains(run.Gateway.Metrics.Matching("notion_gateway.requests").Single().Labels["outcome"], new[] { "refused", "failed" });
    }

    [Fact]
    public void No_reason_is_left_out() => Assert.Equal(
        RefusalReason.All.Select(reason => reason.Name).Order(), Scenarios.ByName.Keys.Concat(Elsewhere).Order());
}
