using NotionGateway.FlowControl.Attempts;
using NotionGateway.Notion;
using NotionGateway.Operator.Status;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl.Attempts;

public sealed class QueueGaugesTests
{
    private readonly Queues _queues = new();

    [Fact]
    public void The_next_wait_is_that_of_a_caller_that_has_nothing_waiting()
    {
        var credential = Queues.Credential();
        _ = _queues.Table.For(credential);
        Assert.Equal(0, NextWait());

        // Three permits a second: sixty requests of one caller take twenty seconds, and whoever comes next goes second.
        _queues.Drain(credential);
        for (var number = 0; number < 60; number++)
        {
            Assert.True(_queues.Ask(credential, "batch").IsWaiting);
        }

        Assert.InRange(NextWait(), 0.1, 1);
        var report = new ConnectionReport(_queues.Table, _queues.Rules, _queues.Options, new RecentRequests(_queues.Time), _queues.Time);
        Assert.Equal(report.NextWait(Some.Caller("crm"), credential.Name)!.Value.Seconds, NextWait(), precision: 1);
    }

    [Fact]
    public void A_pause_is_waited_for_and_of_the_grants_of_an_app_the_longest_wait_counts()
    {
        var (first, second) = (Queues.Credential("crm/acme", bot: "a"), Queues.Credential("crm/bolt", The.OtherToken, bot: "b"));
        _ = _queues.Table.For(first);
        _ = _queues.Table.For(second);
        _queues.Feedback.Note(
            second, operation: null, new UpstreamResponse(429, new NotionError { LimitReason = LimitReason.Connection }, RetryAfter: "90"), attempt: 1);

        Assert.InRange(NextWait("oauth:crm"), 90, 91);
    }

    private double NextWait(string credential = "default") => Assert.Single(
        _queues.Metrics.Gauges(), gauge => gauge.Instrument == "notion_gateway.queue.next_wait" && gauge.Labels["credential"] == credential).Value;
}
