namespace NotionGateway.FlowControl;

/// <summary>
/// Who may begin to wait in a lane: not who would wait in vain, and in a full queue only who holds less of it than
/// another does. What it is given is the lane's own, under the lane's lock.
/// </summary>
internal sealed class LaneAdmission(FairQueue queue, ITurnBudget budget, LanePauses pauses, MonotonicClock clock, Live<FlowControlOptions> options)
{
    /// <summary>Why the request may not wait; null if it may, and then there is room for it.</summary>
    public TurnLease? Deny(TurnRequest request)
    {
        var refusal = InVain(request) ?? MakeRoom(request);
        return refusal is null ? null : new TurnLease(refusal, WaitOutcome.Refused);
    }

    /// <summary>How long one waits who asks anew now.</summary>
    public TimeSpan WaitFor(TurnRequest request) => WhenFor(request, queue.Ahead(request)) - clock.Now;

    public void Displace(WaitingTurn turn)
    {
        queue.Remove(turn);
        turn.Refuse(LaneRefusals.Displaced(WaitFor(turn.Request)), WaitOutcome.Displaced);
    }

    private Refusal? InVain(TurnRequest request)
    {
        var pause = PauseFor(request);
        if (pause > request.Deadline)
        {
            return LaneRefusals.CoolingDown(pause - clock.Now);
        }

        // Most often even the very last place is early enough; only if not is it worth counting who goes before.
        if (WhenFor(request, queue.Count) <= request.Deadline)
        {
            return null;
        }

        var ahead = queue.Ahead(request);
        var when = WhenFor(request, ahead);
        return when > request.Deadline ? LaneRefusals.WaitTooLong(when - clock.Now, ahead) : null;
    }

    private Refusal? MakeRoom(TurnRequest request)
    {
        var (most, mostBytes) = (options.Current.QueueLimit, options.Current.QueueBytes);
        while (queue.Count >= most || queue.Bytes + request.Bytes > mostBytes)
        {
            if (queue.MostOverShare(request, byBytes: queue.Count < most) is not { } other)
            {
                return LaneRefusals.QueueFull(WaitFor(request));
            }

            Displace(other);
        }

        return null;
    }

    private TimeSpan WhenFor(TurnRequest request, int ahead) => MonotonicClock.Later(PauseFor(request), budget.Estimate(ahead));

    private TimeSpan PauseFor(TurnRequest request) => MonotonicClock.Later(budget.PausedUntil, pauses.EndFor(request.Operation));
}
