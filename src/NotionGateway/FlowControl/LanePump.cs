namespace NotionGateway.FlowControl;

/// <summary>
/// Hands the turns of a lane out to those who wait: takes one from the budget, gives it to whose turn it is, and sleeps
/// until there may be another. At most one run of it is under way, and it holds the lane's lock only between its questions.
/// </summary>
internal sealed class LanePump(Lane lane, Lock gate, WaitingRoom room, MonotonicClock clock)
{
    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    private ITimer? _timer;
    private TimeSpan _notBefore;
    private bool _running;
    private bool _changed;

    public bool IsRunning => _running;

    /// <summary>Whether it is known that there is no turn now, or somebody is just asking.</summary>
    public bool IsBusy => _running || _notBefore > clock.Now;

    /// <summary>Claims the next question to the budget for whoever asks; under the lock.</summary>
    public void Claim() => _running = true;

    /// <summary>There will be no turn before that time; under the lock.</summary>
    public void Hold(TimeSpan until) => _notBefore = MonotonicClock.Later(until, _notBefore);

    /// <summary>What was known of the next turn is no longer true.</summary>
    public void Reconsider()
    {
        lock (gate)
        {
            (_changed, _notBefore) = (true, TimeSpan.Zero);
        }

        Start();
    }

    /// <summary>Goes on from an answer of the budget until nobody can be served.</summary>
    public async Task RunAsync(ValueTask<TurnTaking> taking)
    {
        while (true)
        {
            var taken = await taking;
            WaitingTurn? next;
            bool again;
            lock (gate)
            {
                next = taken.IsTaken ? room.Take() : null;
                next?.Grant(lane);
                _notBefore = taken.IsTaken || _changed ? _notBefore : taken.NotBefore;
                again = (taken.IsTaken || _changed) && room.SomebodyReady();
                (_running, _changed) = (again, false);
                SetTimer();
            }

            if (taken.IsTaken && next is null)
            {
                lane.Return();
            }

            if (!again)
            {
                return;
            }

            taking = lane.Budget.TakeAsync();
        }
    }

    /// <summary>Sleeps until somebody has to be looked at; a lane where nobody waits has no timer. Under the lock.</summary>
    public void SetTimer()
    {
        if (room.NextLook(_running ? null : _notBefore) is not { } at)
        {
            _timer?.Dispose();
            _timer = null;
            return;
        }

        var wait = at - clock.Now;
        _timer ??= clock.CreateTimer(static state => ((LanePump)state!).OnTimer(), this);
        _timer.Change(wait > ShortestTimer ? wait : ShortestTimer, Timeout.InfiniteTimeSpan);
    }

    private void Start()
    {
        lock (gate)
        {
            if (_running || !room.SomebodyReady())
            {
                SetTimer();
                return;
            }

            (_running, _changed) = (true, false);
        }

        _ = RunAsync(lane.Budget.TakeAsync());
    }

    private void OnTimer()
    {
        bool due;
        lock (gate)
        {
            due = room.SomebodyReady() && _notBefore <= clock.Now;
            SetTimer();
        }

        if (due)
        {
            Start();
        }
    }
}
