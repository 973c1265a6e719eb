using NotionGateway.FlowControl.Budget;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>
/// Hands the turns of a lane out to those who wait: takes one from the budget, gives it to whose turn it is, and sleeps
/// until there may be another. At most one run of it is under way, and it holds the lane's lock only between its questions.
/// </summary>
internal sealed class QueuePump(ConnectionQueue connectionQueue, Lock gate, WaitingRoom room, TimeProvider time, ILogger log)
{
    private static readonly Backoff AfterFailure = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    private ITimer? _timer;
    private TimeSpan _notBefore;
    private bool _running;
    private bool _changed;
    private int _failures;

    public bool IsRunning => _running;

    /// <summary>Whether it is known that there is no turn now, or somebody is just asking.</summary>
    public bool IsBusy => _running || _notBefore > time.Monotonic();

    /// <summary>Claims the next question to the budget for whoever asks; under the lock.</summary>
    public void Claim() => _running = true;

    /// <summary>There will be no turn before that time; under the lock.</summary>
    public void Hold(TimeSpan until) => _notBefore = MonotonicTime.Later(until, _notBefore);

    /// <summary>What was known of the next turn is no longer true.</summary>
    public void Reconsider()
    {
        lock (gate)
        {
            (_changed, _notBefore) = (true, TimeSpan.Zero);
        }

        Start();
    }

    /// <summary>Asks the budget until nobody can be served; to be called after <see cref="Claim"/>.</summary>
    public async Task RunAsync()
    {
        bool again;
        do
        {
            var taken = await AskAsync();
            QueuedRequest? next;
            lock (gate)
            {
                next = taken.IsTaken ? room.Take() : null;
                next?.Grant(connectionQueue);
                _notBefore = taken.IsTaken || _changed ? _notBefore : taken.NotBefore;
                again = (taken.IsTaken || _changed) && room.SomebodyReady();
                (_running, _changed) = (again, false);
                SetTimer();
            }

            if (taken.IsTaken && next is null)
            {
                connectionQueue.Return();
            }
        }
        while (again);
    }

    /// <summary>As <see cref="IPermitBudget.TryTake"/>, also of a budget that fails; under the lock.</summary>
    public bool TryTake(out PermitResult taking)
    {
        try
        {
            return connectionQueue.Budget.TryTake(out taking);
        }
        catch (Exception exception)
        {
            taking = Failed(exception);
            return true;
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

        var wait = at - time.Monotonic();
        _timer ??= time.CreateTimer(static state => ((QueuePump)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
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

        _ = RunAsync();
    }

    /// <summary>
    /// What the budget says. One that fails is asked again after a pause, like one that has nothing: those who wait must not
    /// be stuck behind a question that nobody asks any more.
    /// </summary>
    private async ValueTask<PermitResult> AskAsync()
    {
        try
        {
            var taking = await connectionQueue.Budget.TakeAsync();
            _failures = 0;
            return taking;
        }
        catch (Exception exception)
        {
            return Failed(exception);
        }
    }

    private PermitResult Failed(Exception exception)
    {
        var pause = AfterFailure.After(++_failures);
        if (_failures == 1)
        {
            // Once for a series: a store that is away for an hour must not fill the log.
            log.BudgetFailed(pause, exception);
        }

        return PermitResult.Wait(time.Monotonic() + pause);
    }

    private void OnTimer()
    {
        bool due;
        lock (gate)
        {
            due = room.SomebodyReady() && _notBefore <= time.Monotonic();
            SetTimer();
        }

        if (due)
        {
            Start();
        }
    }
}
