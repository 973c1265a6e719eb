using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl.Queueing;

public sealed class QueueAdmissionTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly OneASecond _budget;
    private readonly QueuePauses _pauses = new();
    private readonly FairQueue _queue = new();
    private readonly ConnectionQueue _owner;
    private long _number;

    public QueueAdmissionTests()
    {
        _budget = new OneASecond(_time);
        _owner = new ConnectionQueue(_budget, _time, new Reloadable<FlowControlOptions>(Queues.Some()), NullLogger.Instance);
    }

    [Fact]
    public void A_request_that_gets_a_permit_in_time_may_wait() => Assert.Null(Deny(Request(maxWait: 1)));

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void A_request_that_would_wait_beyond_its_deadline_is_denied_with_the_length_of_the_wait(int maxWait, bool denied)
    {
        Wait("crm", "crm", "crm", "crm");
        var refusal = Deny(Request(maxWait: maxWait));

        Assert.Equal(denied ? RefusalReason.WaitTooLong : null, refusal?.Reason);
        Assert.Equal(denied ? TimeSpan.FromSeconds(5) : null, refusal?.RetryAfter);
    }

    [Fact]
    public void Only_those_who_go_before_count_and_not_the_whole_queue()
    {
        Wait("busy", "busy", "busy", "busy", "busy");
        Assert.Equal(RefusalReason.WaitTooLong, Deny(Request("busy", maxWait: 3))?.Reason);
        Assert.Null(Deny(Request("idle", maxWait: 3)));
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void A_pause_beyond_the_deadline_is_told_as_such(int maxWait, bool denied)
    {
        _budget.PausedUntil = _time.Monotonic() + TimeSpan.FromSeconds(10);
        var refusal = Deny(Request(maxWait: maxWait));

        Assert.Equal(denied ? RefusalReason.CoolingDown : null, refusal?.Reason);
        Assert.Equal(denied ? TimeSpan.FromSeconds(10) : null, refusal?.RetryAfter);
    }

    [Fact]
    public void A_pause_of_one_operation_denies_that_one_only()
    {
        _pauses.Add(new Cooldown(LimitLevel.Endpoint, _time.Monotonic() + TimeSpan.FromSeconds(10)), Some.Operation("search"));
        Assert.Equal(RefusalReason.CoolingDown, Deny(Request(operation: "search", maxWait: 5))?.Reason);
        Assert.Null(Deny(Request(operation: "users.me", maxWait: 5)));
    }

    [Fact]
    public void In_a_full_queue_a_caller_that_holds_as_much_as_any_other_is_denied()
    {
        Wait("one", "two");
        Assert.Equal(RefusalReason.QueueFull, Deny(Request("one"), places: 2)?.Reason);
        Assert.Equal(2, _queue.Count);
    }

    [Fact]
    public async Task In_a_full_queue_the_caller_that_holds_most_makes_room()
    {
        var waiting = Wait("greedy", "greedy", "other");
        Assert.Null(Deny(Request("modest"), places: 3));

        Assert.Equal(2, _queue.Count);
        Assert.Equal([false, true, false], waiting.Select(queued => queued.End.IsCompleted));
        var lease = Assert.IsType<PermitLease>(await waiting[1].End);
        Assert.Equal((RefusalReason.QueueFull, WaitOutcome.Evicted), (lease.Refusal?.Reason, lease.Outcome));
    }

    [Fact]
    public void Places_that_a_pause_has_set_aside_count_like_others()
    {
        var hog = Park("hog", "hog", "hog");
        Assert.Null(Deny(Request("modest"), places: 3));
        Assert.Equal([false, false, true], hog.Select(queued => queued.End.IsCompleted));
    }

    [Fact]
    public void A_caller_whose_places_are_set_aside_takes_none_from_one_that_holds_less()
    {
        List<QueuedRequest> waiting = [.. Park("hog", "hog", "hog"), .. Wait("modest", "modest")];
        Assert.Equal(RefusalReason.QueueFull, Deny(Request("hog"), places: 5)?.Reason);
        Assert.All(waiting, queued => Assert.False(queued.End.IsCompleted));
    }

    [Fact]
    public void Of_a_caller_with_places_of_both_kinds_the_last_is_evicted()
    {
        List<QueuedRequest> hog = [.. Wait("hog"), .. Park("hog"), .. Wait("hog")];
        Assert.Null(Deny(Request("modest"), places: 3));
        Assert.Equal([false, false, true], hog.Select(queued => queued.End.IsCompleted));
    }

    [Fact]
    public void Memory_that_a_pause_has_set_aside_makes_room()
    {
        var hog = Wait("hog", bytes: 900);
        Wait("hog", bytes: 0);
        _queue.Park(hog);
        Assert.Null(Deny(Request("modest", bytes: 400), bytes: 1000));
        Assert.True(hog.End.IsCompleted);
        Assert.Equal((1, 0), (_queue.Count, _queue.Bytes));
    }

    [Fact]
    public void A_caller_that_has_only_places_that_are_set_aside_is_not_forgotten()
    {
        Park("hog", "hog");
        foreach (var other in Enumerable.Range(0, 100))
        {
            _queue.Remove(Wait($"other {other}", bytes: 0));
        }

        Assert.Null(Deny(Request("modest"), places: 2));
        Assert.Equal(1, _queue.Count);
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(101, true)]
    public void Memory_is_a_place_too(int bytes, bool denied)
    {
        Wait("crm", bytes: 900);
        Assert.Equal(denied ? RefusalReason.QueueFull : null, Deny(Request("crm", bytes: bytes), bytes: 1000)?.Reason);
    }

    [Fact]
    public void As_many_are_evicted_as_it_takes()
    {
        for (var request = 0; request < 4; request++)
        {
            Wait("greedy", bytes: 250);
        }

        Assert.Null(Deny(Request("modest", bytes: 400), bytes: 1000));
        Assert.Equal((2, 500), (_queue.Count, _queue.Bytes));
    }

    [Fact]
    public void A_request_that_would_wait_for_nothing_evicts_nobody()
    {
        Wait("greedy", "greedy", "greedy");
        Assert.Equal(RefusalReason.WaitTooLong, Deny(Request("modest", maxWait: 0), places: 3)?.Reason);
        Assert.Equal(3, _queue.Count);
    }

    private Refusal? Deny(PermitRequest request, int places = 1000, int bytes = 1_000_000)
    {
        var options = Queues.Some() with { MaxQueuedRequests = places, MaxQueuedBytes = bytes };
        var lease = new QueueAdmission(_queue, _budget, _pauses, _time, new Reloadable<FlowControlOptions>(options)).Deny(request);
        Assert.Equal(WaitOutcome.Denied, lease?.Outcome ?? WaitOutcome.Denied);
        return lease?.Refusal;
    }

    private List<QueuedRequest> Wait(params string[] callers) => [.. callers.Select(caller => Wait(caller, bytes: 0))];

    /// <summary>They wait, and their operation is paused.</summary>
    private List<QueuedRequest> Park(params string[] callers)
    {
        var parked = Wait(callers);
        parked.ForEach(_queue.Park);
        return parked;
    }

    private QueuedRequest Wait(string caller, int bytes)
    {
        var queued = new QueuedRequest(Request(caller, bytes: bytes), _owner);
        _queue.Add(queued);
        return queued;
    }

    private PermitRequest Request(string caller = "crm", int maxWait = 30, int bytes = 0, string operation = "users.me") =>
        new(Queues.Credential(), caller, 1, _time.Monotonic() + TimeSpan.FromSeconds(maxWait))
        {
            Operation = Some.Operation(operation),
            Bytes = bytes,
            Number = ++_number,
        };

    /// <summary>A budget that has a permit a second from now on, and whose pause is set by the test.</summary>
    private sealed class OneASecond(TimeProvider time) : IPermitBudget
    {
        public TimeSpan PausedUntil { get; set; }

        public TimeSpan AnswerTime => TimeSpan.Zero;

        public bool IsIdle => true;

        public TimeSpan Estimate(int ahead) => time.Monotonic() + TimeSpan.FromSeconds(ahead + 1);

        public bool TryTake(PermitBid bid, out PermitResult result) => throw new NotSupportedException();

        public ValueTask<PermitResult> TakeAsync(PermitBid bid) => throw new NotSupportedException();

        public void MarkSent(PermitId permit) => throw new NotSupportedException();

        public void CountSend() => throw new NotSupportedException();

        public void GiveBack(PermitId permit) => throw new NotSupportedException();

        public void Pause(TimeSpan until) => throw new NotSupportedException();

        public void SlowDown() => throw new NotSupportedException();

        public void Change(PermitLimit limit) => throw new NotSupportedException();

        public IReadOnlyList<SentPermit> Sent() => throw new NotSupportedException();

        public void TakeOver(IReadOnlyList<SentPermit> sent) => throw new NotSupportedException();

        public void Rename(ConnectionKey connection) => throw new NotSupportedException();

        public WindowUse Use() => throw new NotSupportedException();
    }
}
