using NotionGateway.Access;
using NotionGateway.FlowControl;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl;

public sealed class PermitDeadlineTests
{
    [Theory]
    [InlineData(30, 60, null, 30)]
    [InlineData(60, 30, null, 30)]
    [InlineData(60, 30, "wait=10", 10)]
    [InlineData(60, 30, "wait=0", 0)]
    [InlineData(60, 30, "wait=90", 30)]
    [InlineData(30, 60, "wait=soon", 30)]
    public void A_request_may_wait_the_least_of_what_gateway_caller_and_request_say(int gateway, int caller, string? prefer, int seconds)
    {
        var flow = new Queues(options: Queues.Some() with { MaxWait = TimeSpan.FromSeconds(gateway) });
        var arrived = flow.Time.GetTimestamp();
        flow.Time.Advance(TimeSpan.FromSeconds(5));
        var asking = new Caller(Some.CallerOptions("crm") with { MaxWait = TimeSpan.FromSeconds(caller) });

        // From its arrival: what it has spent elsewhere does not come on top.
        var deadline = new PermitDeadline(flow.Options, flow.Time).Of(asking, arrived, own: null, prefer);
        Assert.Equal(seconds - 5, (deadline - flow.Now).TotalSeconds);
    }
}
