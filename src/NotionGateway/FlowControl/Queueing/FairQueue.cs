namespace NotionGateway.FlowControl.Queueing;

/// <summary>
/// Who waits in a connection queue, and who is next: start-time fair queueing among callers (Goyal, Vin and Cheng, "Start-time
/// Fair Queuing", ACM SIGCOMM 1996), first come first served within one. A caller's next permit has the start tag
/// max(virtual time, finish tag of its last), its finish tag lies one permit divided by its weight later, the smallest
/// start tag is next, and virtual time is the start tag of the last permit given. Among equal tags the caller that has just begun to wait is
/// next, as in the new flows of FQ-CoDel (RFC 8290, 4.2). Not thread-safe; costs O(log n).
/// </summary>
internal sealed class FairQueue
{
    /// <summary>So many flows may be remembered before it is looked which of them owe nothing any more.</summary>
    private const int ManyFlows = 32;

    private static readonly Comparer<Flow> Order = Comparer<Flow>.Create(static (one, other) => ComesBefore(one, other) ? -1 : ComesBefore(other, one) ? 1 : 0);

    private readonly Dictionary<string, Flow> _flows = new(StringComparer.Ordinal);
    private readonly IndexedHeap<Flow> _active = new(ComesBefore, static (flow, index) => flow.HeapIndex = index);
    private readonly IndexedHeap<QueuedRequest> _deadlines = new(
        static (one, other) => one.Request.Deadline < other.Request.Deadline, static (queued, index) => queued.DeadlineIndex = index);

    private readonly List<QueuedRequest> _parked = [];
    private long _virtualTime;
    private double _activeWeight;
    private double _rounds;
    private long _activations;
    private int _forgetAt = ManyFlows;

    public int Count => _deadlines.Count;

    public long Bytes { get; private set; }

    public Alike Alike { get; } = new();

    /// <summary>Whether nobody could use a permit now; those who are parked could not.</summary>
    public bool NobodyReady => _active.Count == 0;

    public bool HasParked => _parked.Count > 0;

    public QueuedRequest? NextToExpire => _deadlines.First;

    /// <summary>All waiting requests, in no order.</summary>
    public IReadOnlyList<QueuedRequest> All => _deadlines.Unordered;

    public void Add(QueuedRequest queued)
    {
        _deadlines.Add(queued);
        Alike.Add(queued);
        Bytes += queued.Request.Bytes;
        FlowOf(queued.Request.Caller).TakePlace(queued.Request.Bytes);
        Enter(queued);
    }

    public void Remove(QueuedRequest queued)
    {
        _deadlines.RemoveAt(queued.DeadlineIndex);
        Alike.Remove(queued);
        Bytes -= queued.Request.Bytes;
        _flows[queued.Request.Caller].GivePlaceBack(queued.Request.Bytes);
        if (queued.Flow is { } flow)
        {
            Exit(queued, flow);
        }
        else
        {
            _parked.Remove(queued);
        }

        ForgetIfEmpty();
    }

    /// <summary>The flows that are ready, the next first.</summary>
    public IEnumerable<Flow> Ready => _active.Unordered.Order(Order);

    /// <summary>Takes out who is next; null if nobody is ready.</summary>
    public QueuedRequest? Take() => _active.First is { First: { } first } flow ? TakeFrom(flow, first) : null;

    /// <summary>
    /// Takes out the first request of one caller, whichever caller is next here: a budget that processes share keeps the order among all of
    /// them. Null if the caller has none ready.
    /// </summary>
    public QueuedRequest? Take(string caller) => First(caller) is { Flow: { } flow } first ? TakeFrom(flow, first) : null;

    /// <summary>The first request of one caller; null if it has none ready.</summary>
    public QueuedRequest? First(string caller) => _flows.GetValueOrDefault(caller)?.First;

    /// <summary>Who would be next.</summary>
    public QueuedRequest? Peek() => _active.First?.First;

    /// <summary>Sets a request aside whose operation is paused: its caller's others may go before it meanwhile.</summary>
    public void Park(QueuedRequest queued)
    {
        if (queued.Flow is { } flow)
        {
            Exit(queued, flow);
            _parked.Add(queued);
        }
    }

    /// <summary>Takes those back in whose operation is paused no longer, each where it stood.</summary>
    public void Unpark(QueuePauses pauses, TimeSpan now)
    {
        foreach (var queued in _parked.Where(queued => !pauses.IsPaused(queued.Request.Operation, now)).ToList())
        {
            _parked.Remove(queued);
            Enter(queued);
        }
    }

    /// <summary>How many permits will be given before the one that is asked for now, as far as can be known now.</summary>
    public int Ahead(PermitRequest request)
    {
        var own = _flows.GetValueOrDefault(request.Caller);
        var ownAhead = own?.First is { } first && first.Request.Number < request.Number ? own.Count : 0;
        var start = own is null ? _virtualTime : own.Count > 0 ? own.Start + (ownAhead * own.Cost) : DueStart(own);
        var ahead = ownAhead;
        foreach (var flow in _active.Unordered)
        {
            ahead += flow == own ? 0 : Before(flow, start, tiesFirst: ownAhead > 0);
        }

        return ahead;
    }

    /// <summary>The caller that waits for most in proportion to its weight, if that is more than the newcomer would; its last place is to go.</summary>
    public QueuedRequest? MostOverShare(PermitRequest newcomer, bool byBytes)
    {
        var own = _flows.GetValueOrDefault(newcomer.Caller);
        var most = (byBytes ? (own?.Bytes ?? 0) + newcomer.Bytes : (own?.Places ?? 0) + 1) / newcomer.Weight;
        Flow? found = null;
        foreach (var flow in _flows.Values)
        {
            if (flow != own && (byBytes ? flow.Bytes : flow.Places) / flow.Weight is var held && held > most)
            {
                (most, found) = (held, flow);
            }
        }

        return found is null ? null : LastOf(found, byBytes);
    }

    private QueuedRequest TakeFrom(Flow flow, QueuedRequest first)
    {
        // The least start tag of all, also if another flow was served: nobody who waits stands behind the present.
        _virtualTime = (_active.First ?? flow).Start;
        flow.Finish = flow.Start + flow.Cost;
        flow.Start = flow.Finish;
        _rounds += 1 / _activeWeight;
        (flow.Served, flow.ServedAt) = (true, _rounds);
        Remove(first);
        return first;
    }

    /// <summary>The last place of a caller, also if it is set aside; with bytes in it, if it is to make room for bytes.</summary>
    private QueuedRequest? LastOf(Flow flow, bool withBytes)
    {
        var last = flow.Last;
        while (withBytes && last is { Request.Bytes: 0 })
        {
            last = last.Before;
        }

        var parked = _parked.Where(queued => queued.Request.Caller == flow.Caller && (!withBytes || queued.Request.Bytes > 0))
            .MaxBy(queued => queued.Request.Number);
        return last is null || parked?.Request.Number > last.Request.Number ? parked : last;
    }

    private static int Before(Flow flow, long start, bool tiesFirst) =>
        flow.Start < start || (tiesFirst && flow.Start == start) ? (int)Math.Min(flow.Count, ((start - flow.Start) / flow.Cost) + 1) : 0;

    private static bool ComesBefore(Flow one, Flow other) =>
        one.Start != other.Start ? one.Start < other.Start
        : one.Served != other.Served ? other.Served
        : one.Activation < other.Activation;

    /// <summary>
    /// The position of a caller that waits again. It cannot gain by leaving, but one that comes back when half of the time
    /// has passed in which it would have had its next permit counts as punctual: else a quiet caller whose rhythm is just above its share would be
    /// made to wait longer each time. So it can get twice its share at most, one request at a time.
    /// </summary>
    private long DueStart(Flow flow) => flow.Finish <= _virtualTime || (_rounds - flow.ServedAt) * flow.Weight >= 0.5 ? _virtualTime : flow.Finish;

    private void Enter(QueuedRequest queued)
    {
        var flow = FlowOf(queued.Request.Caller);
        _activeWeight += queued.Request.Weight - (flow.Count > 0 ? flow.Weight : 0);
        flow.Weight = queued.Request.Weight;
        flow.Add(queued);
        if (flow.Count == 1)
        {
            (flow.Start, flow.Served, flow.Activation) = (DueStart(flow), false, ++_activations);
            _active.Add(flow);
        }
    }

    private Flow FlowOf(string caller)
    {
        if (!_flows.TryGetValue(caller, out var flow))
        {
            ForgetThePast();
            flow = _flows[caller] = new Flow(caller);
        }

        return flow;
    }

    private void Exit(QueuedRequest queued, Flow flow)
    {
        flow.Remove(queued);
        if (flow.Count == 0)
        {
            _active.RemoveAt(flow.HeapIndex);
            _activeWeight = _active.Count == 0 ? 0 : _activeWeight - flow.Weight;
        }
        else
        {
            _active.Moved(flow.HeapIndex);
        }
    }

    /// <summary>When nobody waits there is nothing to be fair about: virtual time starts again.</summary>
    private void ForgetIfEmpty()
    {
        if (Count == 0)
        {
            _flows.Clear();
            (_virtualTime, _rounds) = (0, 0);
        }
    }

    /// <summary>Flows without debt are removed now and then, so that many one-time callers cost nothing.</summary>
    private void ForgetThePast()
    {
        if (_flows.Count < _forgetAt)
        {
            return;
        }

        foreach (var flow in _flows.Values.Where(flow => flow.Places == 0 && flow.Finish <= _virtualTime).ToList())
        {
            _flows.Remove(flow.Caller);
        }

        _forgetAt = Math.Max(ManyFlows, 2 * _flows.Count);
    }
}
