namespace NotionGateway.FlowControl.Budget;

/// <summary>
/// A budget that one process keeps for itself: a token bucket (Turner, "New directions in communications", IEEE
/// Communications Magazine 24(10), 1986) together with a sliding window log of the sends in the last window and its margin. A permit
/// needs both. Bursts are not given in the first window after the start, since another process may have sent just before.
/// </summary>
internal sealed class LocalPermitBudget : IPermitBudget
{
    /// <summary>What is lost in adding up fractions must not cost a permit.</summary>
    private const double Whole = 1 - 1e-9;

    private readonly Lock _gate = new();
    private readonly SendLog _log = new();
    private readonly TimeProvider _time;
    private PermitLimit _limit;
    private double _tokens;
    private TimeSpan _filledAt;
    private TimeSpan _burstsFrom;
    private TimeSpan _pausedUntil;
    private readonly OpenPermits _out = new();
    private readonly PermitIds _ids;
    private bool _slow;

    /// <param name="limit">What it may give.</param>
    /// <param name="time">Tells the time.</param>
    /// <param name="startedAt">When the program began: in the window before, another may have sent.</param>
    /// <param name="ids">Numbers the permits.</param>
    public LocalPermitBudget(PermitLimit limit, TimeProvider time, TimeSpan startedAt, PermitIds ids)
    {
        (_time, _limit, _filledAt, _burstsFrom, _ids) = (time, limit, time.Monotonic(), startedAt + limit.Span, ids);

        // A connection that was idle for a window may begin with a burst.
        _tokens = Capacity(_filledAt);
    }

    public TimeSpan PausedUntil
    {
        get
        {
            lock (_gate)
            {
                return _pausedUntil;
            }
        }
    }

    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                var now = _time.Monotonic();
                Refill(now);
                return _out.Count == 0 && _log.Count == 0 && _pausedUntil <= now;
            }
        }
    }

    private double Rate => _slow ? _limit.Rate / 2 : _limit.Rate;

    public bool TryTake(PermitBid bid, out PermitResult result)
    {
        result = Take();
        return true;
    }

    public ValueTask<PermitResult> TakeAsync(PermitBid bid) => ValueTask.FromResult(Take());

    public void MarkSent(PermitId permit)
    {
        lock (_gate)
        {
            var now = _time.Monotonic();
            Refill(now);
            _tokens -= _out.TryClose(permit) ? 0 : 1;
            _log.Add(new SentPermit(permit, now));
        }
    }

    public void CountSend()
    {
        lock (_gate)
        {
            var now = _time.Monotonic();
            Refill(now);
            _tokens--;
            _log.Add(new SentPermit(_ids.Next(), now));
        }
    }

    public void GiveBack(PermitId permit)
    {
        lock (_gate)
        {
            var now = _time.Monotonic();
            Refill(now);
            _tokens = _out.TryClose(permit) ? Math.Min(_tokens + 1, Capacity(now)) : _tokens;
        }
    }

    public void Pause(TimeSpan until)
    {
        lock (_gate)
        {
            Refill(_time.Monotonic());
            if (until > _pausedUntil)
            {
                // The bucket starts again, slowly: other users of the connection return at that moment too.
                (_pausedUntil, _filledAt, _burstsFrom, _tokens) = (until, until, until + _limit.Span, 0);
            }
        }
    }

    public void SlowDown()
    {
        lock (_gate)
        {
            Refill(_time.Monotonic());
            _slow = true;
            _tokens = Math.Min(_tokens, 1);
        }
    }

    public void Change(PermitLimit limit)
    {
        lock (_gate)
        {
            var now = _time.Monotonic();
            Refill(now);
            _limit = limit;
            _tokens = Math.Min(_tokens, Capacity(now));
        }
    }

    public IReadOnlyList<SentPermit> Sent()
    {
        lock (_gate)
        {
            var now = _time.Monotonic();
            Refill(now);
            return [.. _log.All, .. _out.All.Select(permit => new SentPermit(permit, now))];
        }
    }

    public void TakeOver(IReadOnlyList<SentPermit> sent)
    {
        lock (_gate)
        {
            Refill(_time.Monotonic());
            _log.Merge(sent);
            _tokens = Math.Min(_tokens, 1);
        }
    }

    public TimeSpan Estimate(int ahead)
    {
        lock (_gate)
        {
            Refill(_time.Monotonic());
            return WhenByBoth(ahead);
        }
    }

    public WindowUse Use()
    {
        lock (_gate)
        {
            Refill(_time.Monotonic());
            return new WindowUse(_log.Count + _out.Count, _limit.WindowLimit);
        }
    }

    private PermitResult Take()
    {
        lock (_gate)
        {
            var now = _time.Monotonic();
            Refill(now);
            var earliest = WhenByBoth(0);
            if (earliest > now)
            {
                return PermitResult.Wait(earliest);
            }

            _tokens--;
            var permit = _ids.Next();
            _out.Add(permit);
            return PermitResult.Taken(permit);
        }
    }

    /// <summary>
    /// Brings the bucket and the log up to a moment. While the log is what binds, the bucket does not fill beyond the one permit
    /// that waits for it: more would be spent at once when the log allows more, and every window would begin with a burst and end in a gap.
    /// </summary>
    private void Refill(TimeSpan now)
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

        _log.DropUntil(now - _limit.Span);
    }

    /// <summary>When the log has room for one more; a time in the past if it has.</summary>
    private TimeSpan LogGivesWay()
    {
        var beyond = _log.Count + _out.Count - _limit.WindowLimit;
        return beyond < 0 ? TimeSpan.Zero : beyond < _log.Count ? _log[beyond].At + _limit.Span : TimeSpan.MaxValue;
    }

    private double Capacity(TimeSpan now) => _slow || now < _burstsFrom ? 1 : _limit.Burst;

    /// <summary>When somebody has a permit before whom so many others go, if nobody else comes.</summary>
    private TimeSpan WhenByBoth(int ahead)
    {
        var byBucket = WhenByBucket(ahead);
        var byLog = _log.WhenRoomFor(ahead, _limit.WindowLimit - _log.Count - _out.Count, _out.Count, _filledAt, _limit.Span, Rate);
        return MonotonicTime.Later(byBucket, byLog);
    }

    private TimeSpan WhenByBucket(int ahead)
    {
        var missing = ahead + Whole - _tokens;
        return missing <= 0 ? _pausedUntil : _filledAt + Permits(ahead + 1 - _tokens);
    }

    private TimeSpan Permits(double count) => SendLog.Permits(count, Rate);
}
