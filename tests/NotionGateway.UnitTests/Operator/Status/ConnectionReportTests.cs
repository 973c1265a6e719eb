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
        _report = new ConnectionReport(_queues.Table, _queues.Rules, _recent, _queues.Time);
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
