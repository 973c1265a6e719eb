using Microsoft.Extensions.Time.Testing;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.Notion;

namespace NotionGateway.UnitTests.FlowControl;

/// <summary>Between the head of a 429 and its body, which says what is paused.</summary>
public sealed class ExpectedPauseTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Queues _flow;
    private readonly NotionGateway.Credentials.Credential _credential = Queues.Credential(bot: "bot");

    public ExpectedPauseTests()
    {
        _flow = new Queues(_time);
        _time.Advance(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void Nothing_goes_out_until_the_body_has_come()
    {
        _flow.Feedback.Expect(_credential);

        var waiter = _flow.Ask(_credential);
        _flow.Pass(TimeSpan.FromSeconds(1.9));

        Assert.True(waiter.IsWaiting);
        Assert.Empty(_flow.Table.For(_credential).Cooldowns());
    }

    [Fact]
    public void A_permit_that_comes_back_meanwhile_lets_nobody_out()
    {
        var unused = _flow.Ask(_credential);
        _flow.Feedback.Expect(_credential);
        var waiter = _flow.Ask(_credential);

        unused.Lease.Dispose();
        _flow.Pass(TimeSpan.FromSeconds(1.9));

        Assert.True(waiter.IsWaiting);
    }

    [Fact]
    public void If_it_never_comes_the_next_permit_comes_when_it_is_waited_for_no_longer()
    {
        _flow.Feedback.Expect(_credential);

        var waiter = _flow.Ask(_credential);
        _flow.Pass(TimeSpan.FromSeconds(2.1));

        Assert.True(waiter.HasPermit);
    }

    [Fact]
    public void If_it_says_that_one_operation_is_paused_the_others_go_on_at_once()
    {
        _flow.Feedback.Expect(_credential);
        var paused = _flow.Ask(_credential, operation: "search");
        var other = _flow.Ask(_credential, operation: "users.me");

        Note(LimitReason.Endpoint);
        _flow.Pass(TimeSpan.FromSeconds(0.1));

        Assert.True(paused.IsWaiting);
        Assert.True(other.HasPermit);
    }

    [Fact]
    public void If_it_says_that_waiting_does_not_help_nobody_waits_for_it()
    {
        _flow.Feedback.Expect(_credential);
        var waiter = _flow.Ask(_credential);

        Note(LimitReason.Blocked);
        _flow.Pass(TimeSpan.FromSeconds(0.1));

        Assert.True(waiter.HasPermit);
    }

    [Fact]
    public void If_it_says_nothing_more_the_connection_stays_paused()
    {
        _flow.Feedback.Expect(_credential);
        var waiter = _flow.Ask(_credential);

        Note(reason: null);
        _flow.Pass(TimeSpan.FromSeconds(4.9));
        Assert.True(waiter.IsWaiting);
        _flow.Pass(TimeSpan.FromSeconds(1));
        Assert.True(waiter.HasPermit);
    }

    private void Note(string? reason) => _flow.Feedback.Note(
        _credential, TestKit.Some.Operation("search"), new UpstreamResponse(429, new NotionError { LimitReason = reason }, "5"), attempt: 1);
}
