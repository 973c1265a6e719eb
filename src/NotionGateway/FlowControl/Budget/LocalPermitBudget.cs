namespace NotionGateway.FlowControl.Budget;

/// <summary>A budget that one process keeps for itself. Bursts are not given in the first window after the start.</summary>
internal sealed class LocalPermitBudget : IPermitBudget
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly PermitIds _ids;
    private readonly PermitWindow _window;

    /// <param name="limit">What it may give.</param>
    /// <param name="time">Tells the time.</param>
    /// <param name="startedAt">When the program began: in the window before, another may have sent.</param>
    /// <param name="ids">Numbers the permits.</param>
    public LocalPermitBudget(PermitLimit limit, TimeProvider time, TimeSpan startedAt, PermitIds ids)
    {
        (_time, _ids) = (time, ids);
        _window = new PermitWindow(limit, time.Monotonic(), startedAt + limit.Span);
        _window.Fill(time.Monotonic());
    }

    public TimeSpan PausedUntil
    {
        get
        {
            lock (_gate)
            {
                return _window.PausedUntil;
            }
        }
    }

    public TimeSpan AnswerTime => TimeSpan.Zero;

    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _window.IsIdle(_time.Monotonic());
            }
        }
    }

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
            _window.MarkSent(permit, _time.Monotonic());
        }
    }

    public void CountSend() => MarkSent(_ids.Next());

    public void GiveBack(PermitId permit)
    {
        lock (_gate)
        {
            _window.GiveBack(permit, _time.Monotonic());
        }
    }

    public void Pause(TimeSpan until)
    {
        lock (_gate)
        {
            _window.Pause(until, _time.Monotonic());
        }
    }

    public void SlowDown()
    {
        lock (_gate)
        {
            _window.SlowDown(_time.Monotonic());
        }
    }

    public void Change(PermitLimit limit)
    {
        lock (_gate)
        {
            _window.Change(limit, _time.Monotonic());
        }
    }

    /// <summary>The name of a connection says nothing to a budget of one process.</summary>
    public void Rename(ConnectionKey connection)
    {
    }

    public IReadOnlyList<SentPermit> Sent()
    {
        lock (_gate)
        {
            return _window.Sent(_time.Monotonic());
        }
    }

    public void TakeOver(IReadOnlyList<SentPermit> sent)
    {
        lock (_gate)
        {
            _window.TakeOver(sent, _time.Monotonic());
        }
    }

    public TimeSpan Estimate(int ahead)
    {
        lock (_gate)
        {
            _window.Refill(_time.Monotonic());
            return _window.When(ahead);
        }
    }

    public WindowUse Use()
    {
        lock (_gate)
        {
            _window.Refill(_time.Monotonic());
            return new WindowUse(_window.Used, _window.Limit.WindowLimit);
        }
    }

    private PermitResult Take()
    {
        lock (_gate)
        {
            return _window.Take(_time.Monotonic(), _ids);
        }
    }
}
