using NotionGateway.Operator.Status;
using NotionGateway.Telemetry;
using NotionGateway.TestKit;
using NotionGateway.UnitTests.FlowControl;

namespace NotionGateway.UnitTests.Operator.Status;

public sealed class ConnectionReportTests
{
    private readonly Queues _queues = new();
    private readonly RecentRequests _recent;
    private readonly ConnectionReport _report;

    public ConnectionReportTests()
    {
        _recent = new RecentRequests(_queues.Time);
        _report = new ConnectionReport(_queues.Table, _queues.Rules, _queues.Options, _recent, _queues.Time);
    }

    [Fact]
    public void Nothing_is_reported_before_a_credential_is_used() => Assert.Empty(_report.Report().Connections);

    [Fact]
    public void The_share_of_each_caller_is_its_part_of_what_was_sent()
    {
        var credential = Queues.Credential();
        _ = _queues.Table.For(credential);
        End("batch", credential.Name, attempts: 3);
        End("crm", credential.Name, attempts: 1);

        var connection = Assert.Single(_report.Report().Connections);

        Assert.Equal([("batch", 0.75), ("crm", 0.25)], connection.Callers.Select(caller => (caller.Caller, caller.Share)));
        Assert.Equal((2, 4), (connection.LastMinute.Requests, connection.LastMinute.Sent));
        Assert.Equal(0, connection.Waiting);
        Assert.All(connection.Callers, caller => Assert.Equal(0, caller.NextWaitsSeconds));
    }

    [Theory]
    [InlineData(12, 8, 9)]
    [InlineData(60, 30, 30)]
    public void The_next_wait_counts_callers_that_send_one_request_after_the_other(int waiting, double least, double most)
    {
        var credential = Queues.Credential();
        _queues.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(10, _queues.Drain(credential));
        for (var number = 0; number < waiting; number++)
        {
            Assert.True(_queues.Ask(credential, "batch", maxWait: TimeSpan.FromMinutes(5)).IsWaiting);
        }

        End("batch", credential.Name, attempts: 50);
        End("crm", credential.Name, attempts: 50);

        // Three permits a second, every other one for crm, which does not wait at this moment; and nobody waits longer than MaxWait.
        var callers = Assert.Single(_report.Report().Connections).Callers.ToDictionary(caller => caller.Caller, StringComparer.Ordinal);
        Assert.Equal(waiting, callers["batch"].Waiting);
        Assert.InRange(callers["batch"].NextWaitsSeconds, least, most);
        Assert.InRange(callers["crm"].NextWaitsSeconds, 0.1, 1);
        Assert.Equal((callers["batch"].NextWaitsSeconds, waiting), _report.NextWait(Some.Caller("batch"), credential.Name));
    }

    private void End(string caller, CredentialName credential, int attempts) => _recent.Ended(
        new RequestFacts
        {
            Caller = Some.Caller(caller),
            Credential = credential,
            Status = 200,
            Outcome = RequestOutcome.Answered,
            Attempts = attempts,
            Upstream = NotionGateway.Forwarding.UpstreamTiming.None,
        },
        "id",
        TimeSpan.Zero);
}
