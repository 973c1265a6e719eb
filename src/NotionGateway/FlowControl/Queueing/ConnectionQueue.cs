using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;
using NotionGateway.FlowControl.Budget;
using NotionGateway.Notion;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>
/// The permits of one connection: a waiting room that says who is next, a budget that says when, and a pump between
/// them. A request that finds a free permit gets it without waiting. The lock is never held while a permit is asked for elsewhere.
/// </summary>
[SuppressMessage("Reliability", "CA2012", Justification = "Each is consumed once, which the analyser does not see through the branches.")]
internal sealed class ConnectionQueue
{
    private readonly Lock _gate = new();
    private readonly WaitingRoom _room;
    private readonly QueuePump _pump;
    private readonly TimeProvider _time;
    private bool _retired;
    private bool _closed;

    public ConnectionQueue(IPermitBudget budget, TimeProvider time, Reloadable<FlowControlOptions> options, ILogger log)
    {
        (Budget, _time) = (budget, time);
        _room = new WaitingRoom(budget, time, options);
        _pump = new QueuePump(this, _gate, _room, time, log);
    }

    public IPermitBudget Budget { get; }

    /// <summary>Who uses it; kept by the table of connection queues.</summary>
    public QueueMembers Members { get; } = new();

    public bool IsRetired => Volatile.Read(ref _retired);

    /// <summary>Has a permit at once, or begins to wait for one; null if the queue is no longer in use and another must be asked for.</summary>
    public ValueTask<RateLimitLease>? Acquire(PermitRequest request, CancellationToken callerGone)
    {
        ValueTask<RateLimitLease> waiting;
        lock (_gate)
        {
            if (_retired)
            {
                return null;
            }

            if (Budget.AnswerTime > TimeSpan.Zero)
            {
                request.WaitAtLeastUntil(_time.Monotonic() + Budget.AnswerTime);
            }

            if (_closed || _pump.IsBusy || !_room.IsEmpty || _room.IsPaused(request.Operation))
            {
                return Wait(request, callerGone);
            }

            if (_pump.TryTake(out var result))
            {
                if (result.IsTaken)
                {
                    return ValueTask.FromResult<RateLimitLease>(new PermitLease(this, result.Permit));
                }

                _pump.NoPermitBefore(result.NotBefore);
                return Wait(request, callerGone);
            }

            _pump.Claim();
            waiting = Wait(request, callerGone);
        }

        _ = _pump.RunAsync();
        return waiting;
    }

    /// <summary>Has a permit back that was not used.</summary>
    public void Return(PermitId permit)
    {
        Budget.GiveBack(permit);
        _pump.Reconsider();
    }

    /// <summary>The budget has changed.</summary>
    public void Reconsider() => _pump.Reconsider();

    /// <summary>Gives no permit before that time, unless it is released.</summary>
    public void Hold(TimeSpan until)
    {
        lock (_gate)
        {
            _pump.Hold(until);
            _pump.SetTimer();
        }
    }

    /// <summary>Ends what <see cref="Hold"/> began; a pause of the budget stays.</summary>
    public void Release() => _pump.Release();

    /// <summary>Keeps a pause; whether it is the first of its level.</summary>
    public bool Pause(Cooldown cooldown, NotionOperation? operation)
    {
        lock (_gate)
        {
            if (cooldown.Level != LimitLevel.Endpoint)
            {
                Budget.Pause(cooldown.Until);
                _pump.Hold(cooldown.Until);
            }

            var isNew = _room.Pause(cooldown, operation);
            _pump.SetTimer();
            return isNew;
        }
    }

    /// <summary>Rejects those whose right to wait has ended.</summary>
    public void Recheck()
    {
        lock (_gate)
        {
            _room.SendAwayLost();
            _pump.SetTimer();
        }
    }

    /// <summary>Rejects everybody who waits, and everybody who still comes.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _room.SendAway(_ => true, QueueRefusals.ShuttingDown, WaitOutcome.Shutdown);
            _pump.SetTimer();
        }
    }

    /// <summary>Goes out of use, if nothing is lost by it.</summary>
    public bool TryRetire()
    {
        lock (_gate)
        {
            _retired |= _room.IsEmpty && !_pump.IsRunning && !_room.AnyPause && Budget.IsIdle;
            return _retired;
        }
    }

    /// <summary>Hands what a credential has waiting here, and the count of what was sent, over to the queue it turned out to belong to.</summary>
    public void HandOver(ConnectionQueue to, CredentialName credential)
    {
        List<QueuedRequest> movers;
        lock (_gate)
        {
            movers = _room.TakeOut(credential);
            movers.ForEach(queued => queued.ConnectionQueue = to);
            _pump.SetTimer();
        }

        to.Budget.TakeOver(Budget.Sent());
        lock (to._gate)
        {
            foreach (var queued in movers.Where(queued => !queued.End.IsCompleted))
            {
                to._room.Add(queued);
            }
        }

        to.Reconsider();
    }

    /// <summary>The caller has hung up: its place is freed at once.</summary>
    public static void Leave(QueuedRequest queued, CancellationToken callerGone) => InQueueOf(queued, connectionQueue =>
    {
        connectionQueue._room.Remove(queued);
        queued.Abandon(callerGone);
    });

    /// <summary>Evicts a request in favour of a caller that holds less, if it is still waiting.</summary>
    public static void Evict(QueuedRequest queued) => InQueueOf(queued, connectionQueue => connectionQueue._room.Evict(queued));

    /// <summary>All waiting requests, as of this moment.</summary>
    public IReadOnlyList<QueuedRequest> Waiting()
    {
        lock (_gate)
        {
            return [.. _room.All];
        }
    }

    /// <summary>How long a new request would wait, as far as can be known now, if at least so many permits are given before its own.</summary>
    public TimeSpan WaitFor(PermitRequest request, int leastAhead = 0)
    {
        lock (_gate)
        {
            return _room.WaitFor(request, leastAhead);
        }
    }

    public IReadOnlyList<Cooldown> Cooldowns()
    {
        lock (_gate)
        {
            return _room.Cooldowns;
        }
    }

    /// <summary>Runs under the lock of the queue where the request waits: it may just be on its way to another.</summary>
    private static void InQueueOf(QueuedRequest queued, Action<ConnectionQueue> action)
    {
        while (true)
        {
            var connectionQueue = queued.ConnectionQueue;
            lock (connectionQueue._gate)
            {
                if (queued.ConnectionQueue == connectionQueue)
                {
                    action(connectionQueue);
                    connectionQueue._pump.SetTimer();
                    return;
                }
            }
        }
    }

    /// <summary>Under the lock.</summary>
    private ValueTask<RateLimitLease> Wait(PermitRequest request, CancellationToken callerGone)
    {
        // Asked under the lock: what ends from now on finds the request among those who wait.
        var denied = _closed ? new PermitLease(QueueRefusals.ShuttingDown, WaitOutcome.Shutdown)
            : request.WhyLost?.Invoke() is { } lost ? new PermitLease(lost, WaitOutcome.Denied)
            : _room.Deny(request);
        if (denied is not null)
        {
            return ValueTask.FromResult<RateLimitLease>(denied);
        }

        var queued = new QueuedRequest(request, this, _time.Monotonic());
        _room.Add(queued);
        queued.LeaveOn(callerGone);
        _ = _room.SomebodyReady();
        _pump.SetTimer();
        return new ValueTask<RateLimitLease>(queued.End);
    }
}
