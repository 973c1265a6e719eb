namespace NotionGateway.FlowControl.Budget;

/// <summary>
/// The count of one connection: a token bucket (Turner, "New directions in communications", IEEE Communications Magazine 24(10),
/// 1986) together with a sliding window log of the sends in the last window and its margin. A permit needs both. Not thread-safe.
/// </summary>
internal sealed class PermitWindow
{
    /// <summary>What is lost in adding up fractions must not cost a permit.</summary>
    private const double Whole = 1 - 1e-9;

    private readonly SendLog _log = new();
    private readonly OpenPermits _out = new();
    private double _tokens;
    private TimeSpan _filledAt;
    private TimeSpan _burstsFrom;
    private bool _slow;

    /// <param name="limit">What it may give.</param>
    /// <param name="filledAt">From when the bucket fills; until then it is empty.</param>
    /// <param name="burstsFrom">Before that time no more than one permit is given at once: another process may have sent just before.</param>
    public PermitWindow(PermitLimit limit, TimeSpan filledAt, TimeSpan burstsFrom) => (Limit, _filledAt, _burstsFrom) = (limit, filledAt, burstsFrom);

    public PermitLimit Limit { get; private set; }

    public TimeSpan PausedUntil { get; private set; }

    /// <summary>Permits of the present span that are used or taken.</summary>
    public int Used => _log.Count + _out.Count;

    private double Rate => _slow ? Limit.Rate / 2 : Limit.Rate;

    /// <summary>Fills the bucket: a connection that was idle for a window may begin with a burst.</summary>
    public void Fill(TimeSpan now) => (_tokens, _filledAt) = (Capacity(now), now);

    /// <summary>What the bucket holds at a moment, as another place has counted it.</summary>
    public void Fill(double tokens, TimeSpan now) => (_tokens, _filledAt) = (tokens, now);

    /// <summary>Whether there is nothing to remember; a pause is, until bursts may come again after it.</summary>
    public bool IsIdle(TimeSpan now)
    {
        Refill(now);
        return Used == 0 && (PausedUntil == TimeSpan.Zero || _burstsFrom <= now);
    }

    /// <summary>Takes a permit, or says when there may be one.</summary>
    public PermitResult Take(TimeSpan now, PermitIds ids)
    {
        Refill(now);
        var earliest = When(0);
        if (earliest > now)
        {
            return PermitResult.Wait(earliest);
        }

        var permit = ids.Next();
        Take(permit);
        return PermitResult.Taken(permit);
    }

    /// <summary>Counts a permit that was taken elsewhere.</summary>
    public void Take(PermitId permit)
    {
        _tokens--;
        _out.Add(permit);
    }

    public bool IsOut(PermitId permit) => _out.All.Contains(permit);

    /// <summary>The permit is used; one that is not out counts as a send without a permit.</summary>
    public void MarkSent(PermitId permit, TimeSpan now)
    {
        Refill(now);
        _tokens -= _out.TryClose(permit) ? 0 : 1;
        _log.Add(new SentPermit(permit, now));
    }

    /// <summary>Whether the permit was out and has gone back.</summary>
    public bool GiveBack(PermitId permit, TimeSpan now)
    {
        Refill(now);
        if (!_out.TryClose(permit))
        {
            return false;
        }

        _tokens = Math.Min(_tokens + 1, Capacity(now));
        return true;
    }

    public void Pause(TimeSpan until, TimeSpan now)
    {
        Refill(now);
        if (until > PausedUntil)
        {
            // The bucket starts again, slowly: other users of the connection return at that moment too.
            (PausedUntil, _filledAt, _burstsFrom, _tokens) = (until, until, until + Limit.Span, 0);
        }
    }

    public void SlowDown(TimeSpan now)
    {
        Refill(now);
        _slow = true;
        _tokens = Math.Min(_tokens, 1);
    }

    public void Change(PermitLimit limit, TimeSpan now)
    {
        Refill(now);
        Limit = limit;
        _tokens = Math.Min(_tokens, Capacity(now));
    }

    /// <summary>What was sent in the present span; a permit that is out may be used at any moment and counts as sent now.</summary>
    public IReadOnlyList<SentPermit> Sent(TimeSpan now)
    {
        Refill(now);
        return [.. _log.All, .. _out.All.Select(permit => new SentPermit(permit, now))];
    }

    /// <summary>Counts what was sent elsewhere, each send once.</summary>
    public void TakeOver(IReadOnlyList<SentPermit> sent, TimeSpan now)
    {
        Refill(now);
        _log.Merge(sent);
        _tokens = Math.Min(_tokens, 1);
    }

    /// <summary>Forgets the oldest sends of a kind, so many at most.</summary>
    public void Forget(Func<SentPermit, bool> which, int most) => _log.Forget(which, most);

    /// <summary>
    /// Brings the bucket and the log up to a moment. While the log is what binds, the bucket does not fill beyond the one permit
    /// that waits for it: more would be spent at once when the log allows more, and every window would begin with a burst and end in a gap.
    /// </summary>
    public void Refill(TimeSpan now)
    {
        if (now > _filledAt)
        {
            if (LogGivesWay() is var free && free > _filledAt)
            {
                var until = free < now ? free : now;
                _tokens = Math.Max(_tokens, Math.Min(_tokens + ((until - _filledAt).TotalSeconds * Rate), 1));
                _filledAt = until;
            }

            _tokens = Math.Min(_tokens + ((now - _filledAt).TotalSeconds * Rate), Math.Max(_tokens, Capacity(now)));
            _filledAt = now;
        }

        _log.DropUntil(now - Limit.Span);
    }

    /// <summary>When somebody has a permit before whom so many others go, if nobody else comes; as of the last refill.</summary>
    public TimeSpan When(int ahead)
    {
        var byBucket = WhenByBucket(ahead);
        var byLog = _log.WhenRoomFor(ahead, Limit.WindowLimit - Used, _out.Count, _filledAt, Limit.Span, Rate);
        return MonotonicTime.Later(byBucket, byLog);
    }

    /// <summary>When the log has room for one more; a time in the past if it has.</summary>
    private TimeSpan LogGivesWay()
    {
        var beyond = Used - Limit.WindowLimit;
        return beyond < 0 ? TimeSpan.Zero : beyond < _log.Count ? _log[beyond].At + Limit.Span : TimeSpan.MaxValue;
    }

    private double Capacity(TimeSpan now) => _slow || now < _burstsFrom ? 1 : Limit.Burst;

    private TimeSpan WhenByBucket(int ahead)
    {
        var missing = ahead + Whole - _tokens;
        return missing <= 0 ? PausedUntil : _filledAt + SendLog.Permits(ahead + 1 - _tokens, Rate);
    }
}
