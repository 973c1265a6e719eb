using NotionGateway.FlowControl.Budget;
using NotionGateway.Notion;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>
/// Everybody who waits in one connection queue, and the pauses that hold some of them back: who may come in, who is ready, who has
/// timed out. It keeps no lock; the queue does.
/// </summary>
internal sealed class WaitingRoom
{
    private readonly FairQueue _queue = new();
    private readonly QueuePauses _pauses = new();
    private readonly QueueAdmission _admission;
    private readonly TimeProvider _time;

    public WaitingRoom(IPermitBudget budget, TimeProvider time, Reloadable<FlowControlOptions> options)
    {
        _time = time;
        _admission = new QueueAdmission(_queue, budget, _pauses, time, options);
    }

    public bool IsEmpty => _queue.Count == 0;

    public IReadOnlyList<QueuedRequest> All => _queue.All;

    public IReadOnlyList<Cooldown> Cooldowns => _pauses.At(_time.Monotonic());

    public bool IsPaused(NotionOperation? operation) => _pauses.IsPaused(operation, _time.Monotonic());

    public bool AnyPause => _pauses.AnyAt(_time.Monotonic());

    /// <summary>Why the request may not wait; null if it may, and then there is room for it.</summary>
    public PermitLease? Deny(PermitRequest request) => _admission.Deny(request);

    /// <summary>How long a new request would wait now.</summary>
    public TimeSpan WaitFor(PermitRequest request, int leastAhead) => _admission.WaitFor(request, leastAhead);

    public void Add(QueuedRequest queued) => _queue.Add(queued);

    /// <summary>Removes a request, if it still waits.</summary>
    public void Remove(QueuedRequest queued)
    {
        if (queued.DeadlineIndex >= 0)
        {
            _queue.Remove(queued);
        }
    }

    public void Evict(QueuedRequest queued)
    {
        if (queued.DeadlineIndex >= 0)
        {
            _admission.Evict(queued);
        }
    }

    /// <summary>Who asks for the next permit.</summary>
    public PermitBid Bid()
    {
        var now = _time.Monotonic();
        var ready = _queue.Ready.Where(flow => flow.First is { } first && !_pauses.IsPaused(first.Request.Operation, now));
        return new PermitBid([.. ready.Take(PermitBid.MostCallers).Select(flow => new BidCaller(flow.Caller, flow.Cost))], _queue.Count);
    }

    /// <summary>
    /// Takes out who is served next; null if nobody is ready. That is the named caller; if it waits no more, whichever caller is next here: the
    /// permit was paid from that caller's share, and to give it back would cost the others a question.
    /// </summary>
    public QueuedRequest? Take(string? caller)
    {
        if (!SomebodyReady())
        {
            return null;
        }

        while (caller is not null && _queue.First(caller) is { } first && IsPaused(first.Request.Operation))
        {
            _queue.Park(first);
        }

        return (caller is null ? null : _queue.Take(caller)) ?? _queue.Take();
    }

    /// <summary>Takes out all that the response to a request serves which has been taken out.</summary>
    public IReadOnlyList<QueuedRequest> TakeAlike(QueuedRequest taken)
    {
        var all = _queue.Alike.With(taken);
        foreach (var queued in all)
        {
            _queue.Remove(queued);
        }

        return all;
    }

    /// <summary>
    /// Whether somebody could use a permit now. Those whose time has passed are denied first, and those whose operation is
    /// paused set aside: their callers' other requests may go before them meanwhile.
    /// </summary>
    public bool SomebodyReady()
    {
        var now = _time.Monotonic();
        while (_queue.NextToExpire is { } late && late.Request.Deadline <= now)
        {
            _queue.Remove(late);
            late.Refuse(QueueRefusals.Expired(_admission.WaitFor(late.Request)), WaitOutcome.Expired);
        }

        if (_queue.HasParked)
        {
            _queue.Unpark(_pauses, now);
        }

        while (_queue.Peek() is { } next && _pauses.IsPaused(next.Request.Operation, now))
        {
            _queue.Park(next);
        }

        return _queue.Peek() is not null;
    }

    /// <summary>Notes a pause, and denies at once the requests that cannot wait for its end; true if it is the first of its level.</summary>
    public bool Pause(Cooldown cooldown, NotionOperation? operation)
    {
        var isNew = !Cooldowns.Any(known => known.Level == cooldown.Level);
        _pauses.Add(cooldown, operation);
        SendAway(
            queued => queued.Request.Deadline < cooldown.Until && (cooldown.Level != LimitLevel.Endpoint || queued.Request.Operation == operation),
            QueueRefusals.CoolingDown(cooldown.Until - _time.Monotonic()),
            WaitOutcome.Denied);
        return isNew;
    }

    public void SendAway(Func<QueuedRequest, bool> which, Refusal refusal, WaitOutcome outcome)
    {
        foreach (var queued in _queue.All.Where(which).ToList())
        {
            _queue.Remove(queued);
            queued.Refuse(refusal, outcome);
        }
    }

    /// <summary>Rejects those whose right to wait has ended, each with its own reason.</summary>
    public void SendAwayLost()
    {
        foreach (var queued in _queue.All.ToList())
        {
            if (queued.Request.WhyLost?.Invoke() is { } lost)
            {
                _queue.Remove(queued);
                queued.Refuse(lost, WaitOutcome.Denied);
            }
        }
    }

    /// <summary>Takes out all of one credential, in the order in which they came.</summary>
    public List<QueuedRequest> TakeOut(CredentialName credential)
    {
        List<QueuedRequest> all = [.. _queue.All.Where(queued => queued.Request.Credential.Name == credential).OrderBy(queued => queued.Request.Number)];
        all.ForEach(_queue.Remove);
        return all;
    }

    /// <summary>When somebody has to be looked at again: at the next permit, at a deadline, at the end of a pause; null if nobody waits.</summary>
    public TimeSpan? NextLook(TimeSpan? nextPermit)
    {
        if (_queue.NextToExpire is not { } next)
        {
            return null;
        }

        var at = next.Request.Deadline;
        at = nextPermit < at && !_queue.NobodyReady ? nextPermit.Value : at;
        return _queue.HasParked && _pauses.NextEnd(_time.Monotonic()) is { } end && end < at ? end : at;
    }
}
