using System.Threading.RateLimiting;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl.Queueing;

public sealed class ConnectionQueueTests
{
    private readonly Queues _queues = new();

    public ConnectionQueueTests() => _queues.Time.Advance(TimeSpan.FromMinutes(2));

    [Fact]
    public void A_free_permit_is_had_without_waiting()
    {
        var waiter = _queues.Ask(Queues.Credential());
        Assert.True(waiter.HasPermit);
        Assert.Equal(WaitOutcome.Granted, waiter.Lease.Outcome);
    }

    [Fact]
    public void Who_finds_none_waits_for_the_next()
    {
        var credential = Queues.Credential();
        Assert.Equal(10, _queues.Drain(credential));
        var waiter = _queues.Ask(credential);
        Assert.True(waiter.IsWaiting);
        _queues.Pass(TimeSpan.FromSeconds(0.5));
        Assert.True(waiter.HasPermit);
    }

    [Fact]
    public void The_next_request_of_a_caller_would_wait_for_those_that_it_has_waiting()
    {
        var credential = Queues.Credential();
        _queues.Drain(credential);
        var queue = _queues.Table.For(credential);
        var alone = queue.WaitFor(PermitRequest.Next(credential, "crm", 1));
        for (var number = 0; number < 9; number++)
        {
            Assert.True(_queues.Ask(credential).IsWaiting);
        }

        Assert.Equal(3, (queue.WaitFor(PermitRequest.Next(credential, "crm", 1)) - alone).TotalSeconds, tolerance: 0.1);
    }

    [Fact]
    public void A_permit_that_was_not_used_goes_to_the_next_who_waits()
    {
        var credential = Queues.Credential();
        _queues.Drain(credential);
        _queues.Pass(TimeSpan.FromSeconds(0.4));
        var unused = _queues.Ask(credential);
        var next = _queues.Ask(credential);
        Assert.True(unused.HasPermit);
        unused.Lease.Dispose();
        Assert.True(next.HasPermit);
    }

    [Fact]
    public void A_permit_that_was_used_does_not_come_back()
    {
        var credential = Queues.Credential();
        _queues.Drain(credential);
        _queues.Pass(TimeSpan.FromSeconds(0.4));
        var used = _queues.Ask(credential);
        var next = _queues.Ask(credential);
        used.Send();
        used.Lease.Dispose();
        Assert.True(next.IsWaiting);
        Assert.True(used.Lease.IsSent);
    }

    [Fact]
    public void A_caller_that_hangs_up_gives_its_place_back()
    {
        var credential = Queues.Credential();
        _queues.Drain(credential);
        var all = Enumerable.Range(0, 10).Select(_ => _queues.Ask(credential)).ToList();
        all[0].HangUp();
        Assert.True(all[0].Task.IsCanceled);
        Assert.Equal(9, _queues.Limiter.GetStatistics(all[1].Request)!.CurrentQueuedCount);
        _queues.Pass(TimeSpan.FromSeconds(0.5));
        Assert.True(all[1].HasPermit);
    }

    [Fact]
    public void Ten_thousand_that_hang_up_together_leave_nothing_behind()
    {
        var connectionQueues = new Queues(options: Queues.Some() with { MaxQueuedRequests = 20_000 });
        var credential = Queues.Credential();
        var gone = new CancellationTokenSource();
        connectionQueues.Drain(credential);
        var waiting = Enumerable.Range(0, 10_000)
            .Select(number => new PermitRequest(credential, $"caller{number % 100}", 1, connectionQueues.Now + TimeSpan.FromHours(2)))
            .Select(request => connectionQueues.Limiter.AcquireAsync(request, 1, gone.Token).AsTask()).ToList();
        var last = connectionQueues.Ask(credential);
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        gone.Cancel();
        Assert.All(waiting, task => Assert.True(task.IsCanceled));
        Assert.Equal(
            0,
            connectionQueues.Metrics.Gauges().Where(gauge => gauge.Instrument == "notion_gateway.queue.length").Sum(gauge => gauge.Value)
                - (last.IsWaiting ? 1 : 0));
        connectionQueues.Pass(TimeSpan.FromSeconds(0.5));
        Assert.Equal(1, connectionQueues.Limiter.GetStatistics(last.Request)!.CurrentQueuedCount + (last.HasPermit ? 1 : 0));
    }

    [Fact]
    public void Who_would_wait_too_long_is_told_at_once_and_how_long()
    {
        var credential = Queues.Credential();
        _queues.Drain(credential);
        for (var number = 0; number < 60; number++)
        {
            _queues.Ask(credential);
        }

        var late = _queues.Ask(credential, maxWait: TimeSpan.FromSeconds(10));
        Assert.Equal(RefusalReason.WaitTooLong, late.Reason);
        Assert.InRange(late.Lease.Refusal!.RetryAfter!.Value, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(21));
        Assert.True(late.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after));
        Assert.Equal(late.Lease.Refusal.RetryAfter, after);
        Assert.True(late.Lease.TryGetMetadata(MetadataName.ReasonPhrase, out var reason));
        Assert.Equal("wait_too_long", reason);

        // Another caller, who holds nothing, is served soon and so may wait.
        Assert.True(_queues.Ask(credential, caller: "other", maxWait: TimeSpan.FromSeconds(10)).IsWaiting);
    }

    [Fact]
    public void Nobody_gets_a_permit_after_its_deadline()
    {
        var credential = Queues.Credential();
        _queues.Drain(credential);
        var patient = _queues.Ask(credential, caller: "a", maxWait: TimeSpan.FromSeconds(1));
        Assert.True(patient.IsWaiting);

        // Others come who go first, so that its permit is later than could be known.
        var others = Enumerable.Range(0, 5).Select(number => _queues.Ask(credential, caller: $"new{number}", weight: 1000)).ToList();
        _queues.Pass(TimeSpan.FromSeconds(1.3));
        var permits = others.Count(other => other.HasPermit) + (patient.HasPermit ? 1 : 0);
        Assert.Equal(3, permits);
        Assert.False(patient.IsWaiting);
    }

    [Fact]
    public void An_expired_request_is_told_and_never_sent()
    {
        var credential = Queues.Credential();
        _queues.Drain(credential);
        var taken = _queues.Ask(credential, caller: "first");
        var doomed = _queues.Ask(credential, caller: "second", maxWait: TimeSpan.FromSeconds(0.7));
        _queues.Table.For(credential).Budget.Change(Queues.Standard with { RatePerSecond = 0.01 });
        _queues.Table.For(credential).Reconsider();
        _queues.Pass(TimeSpan.FromSeconds(1));
        Assert.True(taken.IsWaiting || taken.HasPermit);
        Assert.Equal(RefusalReason.WaitTooLong, doomed.Reason);
        Assert.Equal(WaitOutcome.Expired, doomed.Lease.Outcome);
    }

    [Fact]
    public void In_a_full_queue_the_one_who_holds_most_loses_its_last_place()
    {
        var connectionQueues = new Queues(options: Queues.Some() with { MaxQueuedRequests = 5 });
        var credential = Queues.Credential();
        connectionQueues.Drain(credential);
        var greedy = Enumerable.Range(0, 5).Select(_ => connectionQueues.Ask(credential, caller: "greedy")).ToList();
        Assert.Equal(RefusalReason.QueueFull, connectionQueues.Ask(credential, caller: "greedy").Reason);

        Assert.True(connectionQueues.Ask(credential, caller: "modest").IsWaiting);
        Assert.Equal(RefusalReason.QueueFull, greedy[4].Reason);
        Assert.Equal(WaitOutcome.Evicted, greedy[4].Lease.Outcome);
        Assert.All(greedy[..4], waiter => Assert.True(waiter.IsWaiting));
        Assert.NotNull(greedy[4].Lease.Refusal!.RetryAfter);
    }

    [Fact]
    public void Memory_is_bounded_too_and_given_back_with_the_place()
    {
        var connectionQueues = new Queues(options: Queues.Some() with { MaxQueuedBytes = 1000 });
        var credential = Queues.Credential();
        connectionQueues.Drain(credential);
        var held = Enumerable.Range(0, 4).Select(_ => new Held()).ToList();
        var greedy = held.Select(memory => connectionQueues.Ask(credential, caller: "greedy", bytes: 250, held: memory)).ToList();
        Assert.True(connectionQueues.Ask(credential, caller: "modest", bytes: 300).IsWaiting);
        Assert.Equal([true, true, false, false], greedy.Select(waiter => waiter.IsWaiting));
        Assert.Equal([false, false, true, true], held.Select(memory => memory.IsGone));
        Assert.True(connectionQueues.Ask(credential, caller: "empty-handed").IsWaiting);
    }

    [Fact]
    public void A_pause_holds_everybody_back_and_tells_those_who_cannot_wait()
    {
        var credential = Queues.Credential();
        _queues.Drain(credential);
        var patient = _queues.Ask(credential, maxWait: TimeSpan.FromSeconds(30));
        var hasty = _queues.Ask(credential, maxWait: TimeSpan.FromSeconds(5));
        _queues.Table.For(credential).Pause(new Cooldown(LimitLevel.Credential, _queues.Now + TimeSpan.FromSeconds(10)), null);

        Assert.Equal(RefusalReason.CoolingDown, hasty.Reason);
        Assert.Equal(TimeSpan.FromSeconds(10), hasty.Lease.Refusal!.RetryAfter);
        Assert.Equal(RefusalReason.CoolingDown, _queues.Ask(credential, maxWait: TimeSpan.FromSeconds(3)).Reason);
        _queues.Pass(TimeSpan.FromSeconds(9.9));
        Assert.True(patient.IsWaiting);
        _queues.Pass(TimeSpan.FromSeconds(0.5));
        Assert.True(patient.HasPermit);
    }

    [Fact]
    public void A_paused_operation_holds_back_nothing_else_not_even_of_the_same_caller()
    {
        var credential = Queues.Credential();
        _queues.Table.For(credential).Pause(new Cooldown(LimitLevel.Endpoint, _queues.Now + TimeSpan.FromSeconds(10)), Some.Operation("search"));
        var search = _queues.Ask(credential, operation: "search");
        var other = _queues.Ask(credential, operation: "users.me");
        Assert.Equal(RefusalReason.CoolingDown, _queues.Ask(credential, operation: "search", maxWait: TimeSpan.FromSeconds(3)).Reason);
        _queues.Pass(TimeSpan.FromSeconds(1));
        Assert.True(other.HasPermit);
        Assert.True(search.IsWaiting);
        _queues.Pass(TimeSpan.FromSeconds(9.5));
        Assert.True(search.HasPermit);
    }

    [Fact]
    public void Who_is_set_aside_takes_its_old_place_again()
    {
        var credential = Queues.Credential();
        _queues.Drain(credential);
        var search = _queues.Ask(credential, operation: "search");
        var later = Enumerable.Range(0, 20).Select(_ => _queues.Ask(credential, operation: "users.me")).ToList();
        _queues.Table.For(credential).Pause(new Cooldown(LimitLevel.Endpoint, _queues.Now + TimeSpan.FromSeconds(2)), Some.Operation("search"));
        _queues.Pass(TimeSpan.FromSeconds(3));
        Assert.True(search.HasPermit);
        Assert.InRange(later.Count(waiter => waiter.HasPermit), 6, 9);
    }

    [Fact]
    public void When_the_program_ends_everybody_who_waits_is_told()
    {
        var credential = Queues.Credential();
        _queues.Drain(credential);
        var waiting = Enumerable.Range(0, 5).Select(_ => _queues.Ask(credential)).ToList();
        _queues.Table.Close();
        Assert.All(waiting, waiter => Assert.Equal(RefusalReason.ShuttingDown, waiter.Reason));
        Assert.Equal(RefusalReason.ShuttingDown, _queues.Ask(credential).Reason);
        Assert.Equal(RefusalReason.ShuttingDown, _queues.Ask(Queues.Credential("other", The.OtherToken)).Reason);
    }

    private sealed class Held : IDisposable
    {
        public bool IsGone { get; private set; }

        public void Dispose() => IsGone = true;
    }
}
