using NotionGateway.Credentials;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.Notion;

namespace NotionGateway.UnitTests.FlowControl.Queueing;

public sealed class SharedPermitTests
{
    private readonly Queues _queues = new(options: Queues.Some(new PermitLimit(1, 1, 60, TimeSpan.FromMinutes(1), TimeSpan.Zero)));
    private readonly Credential _credential = Queues.Credential();

    public SharedPermitTests()
    {
        _queues.Pass(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1));
        _queues.Drain(_credential);
    }

    [Fact]
    public void One_permit_serves_all_who_wait_for_the_same()
    {
        Waiter[] same = [Ask("a", "key"), Ask("b", "key"), Ask("c", "key")];
        var other = Ask("d", "other key");
        var unlike = Ask("e", key: null);
        _queues.Pass(TimeSpan.FromSeconds(1));

        var lease = same[0].Lease;
        Assert.True(lease.IsAcquired);
        Assert.All(same[1..], waiter => Assert.Equal((WaitOutcome.Joined, false), (waiter.Lease.Outcome, waiter.Lease.IsAcquired)));
        Assert.All(same[1..], waiter => Assert.Same(lease.Shared, waiter.Lease.Shared));
        Assert.True(other.IsWaiting && unlike.IsWaiting);
        Assert.Equal(2, _queues.Table.For(_credential).Waiting().Count);
    }

    [Fact]
    public void Who_waits_alone_shares_nothing()
    {
        var alone = Ask("a", "key");
        _queues.Pass(TimeSpan.FromSeconds(1));
        Assert.True(alone.HasPermit);
        Assert.Null(alone.Lease.Shared);
    }

    [Fact]
    public void What_comes_after_the_permit_waits_for_its_own()
    {
        Waiter[] same = [Ask("a", "key"), Ask("b", "key")];
        _queues.Pass(TimeSpan.FromSeconds(1));
        var late = Ask("c", "key");
        Assert.True(same[0].HasPermit);
        Assert.True(late.IsWaiting);
    }

    [Fact]
    public void A_quiet_caller_does_not_wait_in_a_greedy_ones_place()
    {
        Waiter[] greedy = [.. Enumerable.Range(0, 20).Select(index => Ask("greedy", $"greedy {index}"))];
        var same = Ask("greedy", "key");
        var quiet = Ask("quiet", "key");
        _queues.Pass(TimeSpan.FromSeconds(2));
        Assert.True(quiet.HasPermit);
        Assert.Equal(WaitOutcome.Joined, same.Lease.Outcome);
        Assert.InRange(greedy.Count(waiter => waiter.HasPermit), 0, 1);
    }

    [Fact]
    public void Each_has_its_own_deadline()
    {
        _queues.Table.For(_credential).Hold(_queues.Now + TimeSpan.FromSeconds(10));
        var impatient = Ask("a", "key", TimeSpan.FromSeconds(5));
        var patient = Ask("b", "key");
        _queues.Pass(TimeSpan.FromSeconds(6));
        Assert.Equal("wait_too_long", impatient.Reason?.Name);
        _queues.Pass(TimeSpan.FromSeconds(6));
        Assert.True(patient.HasPermit);
        Assert.Null(patient.Lease.Shared);
    }

    [Fact]
    public void Who_is_served_with_another_in_time_is_not_denied_for_its_own_place()
    {
        Waiter[] same = [.. Enumerable.Range(0, 100).Select(_ => Ask("crm", "key"))];
        Assert.All(same, waiter => Assert.True(waiter.IsWaiting));
        Assert.Equal("wait_too_long", Ask("crm", "another key").Reason?.Name);
        Assert.Equal("wait_too_long", Ask("crm", "key", TimeSpan.FromSeconds(10)).Reason?.Name);
        _queues.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(99, same.Count(waiter => waiter.Lease.Outcome == WaitOutcome.Joined));
    }

    [Fact]
    public void Who_hangs_up_leaves_its_place_only()
    {
        Waiter[] same = [Ask("a", "key"), Ask("b", "key"), Ask("c", "key")];
        same[0].HangUp();
        _queues.Pass(TimeSpan.FromSeconds(1));
        Assert.True(same[1].HasPermit);
        Assert.Same(same[1].Lease.Shared, same[2].Lease.Shared);
    }

    [Fact]
    public async Task A_sender_that_ends_without_a_response_keeps_nobody_waiting()
    {
        Waiter[] same = [Ask("a", "key"), Ask("b", "key")];
        _queues.Pass(TimeSpan.FromSeconds(1));
        var waiting = same[1].Lease.ResponseAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        same[0].Lease.Dispose();
        Assert.Null(await waiting);
    }

    [Fact]
    public void An_unsent_permit_that_was_shared_goes_back_once()
    {
        Waiter[] same = [Ask("a", "key"), Ask("b", "key")];
        _queues.Pass(TimeSpan.FromSeconds(1));
        var after = _queues.Ask(_credential, "later");
        same[1].Lease.Dispose();
        Assert.True(after.IsWaiting);
        same[0].Lease.Dispose();
        same[0].Lease.Dispose();
        Assert.True(after.HasPermit);
    }

    [Fact]
    public void What_is_sent_goes_on_while_anybody_is_left()
    {
        var shared = Shared(others: 2);
        shared.SenderHungUp();
        shared.Leave();
        Assert.False(shared.NobodyLeft.IsCancellationRequested);
        shared.Leave();
        Assert.True(shared.NobodyLeft.IsCancellationRequested);
    }

    [Fact]
    public void What_is_sent_goes_on_for_its_sender()
    {
        var shared = Shared(others: 1);
        shared.Leave();
        Assert.False(shared.NobodyLeft.IsCancellationRequested);
        shared.SenderHungUp();
        Assert.True(shared.NobodyLeft.IsCancellationRequested);
    }

    [Fact]
    public void The_response_is_released_when_all_have_had_it()
    {
        var released = 0;
        var shared = Shared(others: 2);
        Assert.True(shared.TrySettle(new SharedResponse(ConnectionKey.OfBot("bot"), new WholeResponse(200, [], default, () => released++))));
        Assert.False(shared.TrySettle(null));
        shared.Leave();
        shared.End();
        shared.End();
        Assert.Equal(0, released);
        shared.Leave();
        Assert.Equal(1, released);
    }

    [Fact]
    public void The_key_is_asked_for_once_and_only_of_who_must_wait()
    {
        var asked = 0;
        var queues = new Queues();
        queues.Pass(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1));
        var first = queues.Ask(Counted());
        Assert.True(first.HasPermit);
        Assert.Equal(0, asked);
        queues.Drain(_credential);
        Assert.True(queues.Ask(Counted()).IsWaiting);
        queues.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(1, asked);

        PermitRequest Counted() => new(_credential, "crm", 1, TimeSpan.MaxValue) { KeyOf = _ => ++asked, KeyedBy = this };
    }

    private SharedPermit Shared(int others) => new(_queues.Table.For(_credential), others);

    private Waiter Ask(string caller, string? key, TimeSpan? maxWait = null) => _queues.Ask(
        new PermitRequest(_credential, caller, 1, _queues.Now + (maxWait ?? TimeSpan.FromSeconds(30))) { KeyOf = key => key, KeyedBy = key });
}
