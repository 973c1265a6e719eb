using NotionGateway.FlowControl.Budget;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>
/// Hands the permits of a connection out to those who wait: takes one from the budget, gives it to who is next, and sleeps
/// until there may be another. At most one run of it is in progress, and it holds the queue's lock only between its questions.
/// </summary>
internal sealed class QueuePump(ConnectionQueue connectionQueue, Lock gate, WaitingRoom room, TimeProvider time, ILogger log)
{
    /// <summary>A budget has a timeout of its own; this one is for a budget that does not keep it.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    /// <summary>So many questions without an answer may be in progress; beyond, nothing is asked until one of them ends.</summary>
    private const int MostUnanswered = 4;

    private static readonly Backoff AfterFailure = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    private ITimer? _timer;
    private TimeSpan _noPermitBefore;
    private TimeSpan _heldUntil;
    private bool _running;
    private bool _changed;
    private int _failures;
    private int _unanswered;

    public bool IsRunning => _running;

    /// <summary>Whether it is known that there is no permit now, or somebody is just asking.</summary>
    public bool IsBusy => _running || NextQuestion > time.Monotonic();

    private TimeSpan NextQuestion => MonotonicTime.Later(_noPermitBefore, _heldUntil);

    /// <summary>Claims the next question to the budget for the caller of this method; under the lock.</summary>
    public void Claim() => _running = true;

    /// <summary>The budget has said that it has no permit before that time; under the lock.</summary>
    public void NoPermitBefore(TimeSpan next) => _noPermitBefore = MonotonicTime.Later(next, _noPermitBefore);

    /// <summary>Nobody is to have a permit before that time, whatever the budget says; under the lock.</summary>
    public void Hold(TimeSpan until) => _heldUntil = MonotonicTime.Later(until, _heldUntil);

    /// <summary>Ends what <see cref="Hold"/> began.</summary>
    public void Release()
    {
        lock (gate)
        {
            _heldUntil = TimeSpan.Zero;
        }

        Reconsider();
    }

    /// <summary>What the budget has said of its next permit is no longer true.</summary>
    public void Reconsider()
    {
        lock (gate)
        {
            (_changed, _noPermitBefore) = (true, TimeSpan.Zero);
        }

        Start();
    }

    /// <summary>Asks the budget until no request can be served; call it after <see cref="Claim"/>.</summary>
    public async Task RunAsync()
    {
        bool again;
        do
        {
            var result = await AskAsync();
            lock (gate)
            {
                if (result.IsTaken)
                {
                    Serve(result);
                }
                else if (!_changed)
                {
                    NoPermitBefore(result.NotBefore);
                }

                again = (result.IsTaken || _changed) && _heldUntil <= time.Monotonic() && room.SomebodyReady();
                (_running, _changed) = (again, false);
                SetTimer();
            }
        }
        while (again);
    }

    /// <summary>As <see cref="IPermitBudget.TryTake"/> for a request that need not wait, also of a budget that fails; under the lock.</summary>
    public bool TryTake(out PermitResult result)
    {
        try
        {
            return connectionQueue.Budget.TryTake(PermitBid.NobodyWaits, out result);
        }
        catch (Exception exception)
        {
            result = Failed(exception);
            return true;
        }
    }

    /// <summary>Sleeps until a request needs attention; a queue where nobody waits has no timer. Under the lock.</summary>
    public void SetTimer()
    {
        if (room.NextLook(_running ? null : NextQuestion) is not { } at)
        {
            _timer?.Dispose();
            _timer = null;
            return;
        }

        var wait = at - time.Monotonic();
        _timer ??= time.CreateTimer(static state => ((QueuePump)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait > ShortestTimer ? wait : ShortestTimer, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gives a permit to who is next, or back if nobody waits or nobody is to have one now; under the lock.</summary>
    private void Serve(PermitResult taken)
    {
        if (_heldUntil <= time.Monotonic() && room.Take(taken.Caller) is { } next)
        {
            next.Grant(connectionQueue, taken.Permit, room.TakeAlike(next));
        }
        else
        {
            connectionQueue.Budget.GiveBack(taken.Permit);
        }
    }

    private void Start()
    {
        lock (gate)
        {
            if (_running || _heldUntil > time.Monotonic() || !room.SomebodyReady())
            {
                SetTimer();
                return;
            }

            (_running, _changed) = (true, false);
        }

        _ = RunAsync();
    }

    /// <summary>
    /// What the budget says. One that fails or does not answer is asked again after a pause, like one that has nothing: those who
    /// wait must not be stuck behind a question that nobody answers.
    /// </summary>
    private async ValueTask<PermitResult> AskAsync()
    {
        Task<PermitResult>? late = null;
        try
        {
            if (Volatile.Read(ref _unanswered) >= MostUnanswered)
            {
                throw new TimeoutException($"{MostUnanswered} questions to the budget of the connection are without an answer.");
            }

            PermitBid bid;
            lock (gate)
            {
                bid = room.Bid();
            }

            var asking = connectionQueue.Budget.TakeAsync(bid);
            var result = asking.IsCompleted ? await asking : await (late = asking.AsTask()).WaitAsync(AnswerTimeout, time);
            _failures = 0;
            return result;
        }
        catch (Exception exception)
        {
            if (late is { IsFaulted: false })
            {
                _ = UseLateAsync(late);
            }

            return Failed(exception);
        }
    }

    /// <summary>A permit that comes after it was waited for is used like any other: it is paid, and a slow budget has no others.</summary>
    private async Task UseLateAsync(Task<PermitResult> late)
    {
        Interlocked.Increment(ref _unanswered);
        await ((Task)late).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _unanswered);
        if (late is { IsCompletedSuccessfully: true, Result: { IsTaken: true } result })
        {
            lock (gate)
            {
                Serve(result);
                SetTimer();
            }
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
            due = room.SomebodyReady() && NextQuestion <= time.Monotonic();
            SetTimer();
        }

        if (due)
        {
            Start();
        }
    }
}
