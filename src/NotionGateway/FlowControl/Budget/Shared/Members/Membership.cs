using NotionGateway.FlowControl.Budget.Shared.Store;

namespace NotionGateway.FlowControl.Budget.Shared.Members;

/// <summary>
/// This replica among the others: whether the store can be used, and the way back after a loss. A replica is counted only after the store knows what it
/// has sent, and one failure is enough for a loss: waiting longer would cost callers more than the replica's own part of the limit does.
/// </summary>
internal sealed class Membership(Beats beats, ReplicaView replicas, StoreClock clock, TimeProvider time, ILogger<Membership> log)
{
    private static readonly TimeSpan ConnectWait = TimeSpan.FromSeconds(2);

    /// <summary>After a second loss within this time the store has to prove itself.</summary>
    private static readonly TimeSpan Flapping = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Proof = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private StoreState _state = new(StorePhase.Connecting, time.Monotonic());
    private TimeSpan? _sharedUntil;
    private TimeSpan? _goodSince;
    private bool _mustProve;
    private bool _renew;
    private bool _leaving;
    private int _losses;
    private int _running;

    /// <summary>Tells the store what was sent on every connection; false if it could not be told.</summary>
    public Func<bool, Task<bool>> TellAll { get; set; } = _ => Task.FromResult(true);

    public StoreState State => Volatile.Read(ref _state);

    /// <summary>Whether the store has forgotten nothing since then, asked of the store itself.</summary>
    public async Task<bool> IsStillAsync(string epoch) => await beats.BeatAsync(BeatPurpose.Compare) is { IsThere: true } beat && beat.Epoch == epoch;

    /// <summary>The store is not to be relied on from now on.</summary>
    public void Lose(string why)
    {
        lock (_gate)
        {
            var (now, before) = (time.Monotonic(), _state);
            if (before.Phase == StorePhase.Lost)
            {
                return;
            }

            if (before.Loss > 0)
            {
                // An attempt to return has failed. Nothing was given since, so the loss goes on as it was.
                Set(before with { Phase = StorePhase.Lost });
                return;
            }

            replicas.Doubt(now);
            _mustProve = _sharedUntil is { } until && now - until < Flapping;
            (_sharedUntil, _goodSince) = (now, null);
            Set(new StoreState(StorePhase.Lost, now, why, ++_losses));
            log.SharedBudgetLost(why, replicas.InOutage(now));
        }
    }

    /// <summary>The store has a state that this replica must tell its sends to.</summary>
    /// <param name="renew">All others must, too.</param>
    /// <param name="isLost">Whether it is certain that data were lost.</param>
    public void TellAgain(bool renew, bool isLost = true)
    {
        lock (_gate)
        {
            _renew |= renew;
            if (_state.Phase == StorePhase.Shared)
            {
                replicas.Doubt(time.Monotonic());
                Set(new StoreState(StorePhase.Returning, time.Monotonic()));
                if (isLost)
                {
                    log.SharedStateIsNew(renew);
                }
            }
        }

        _ = RunAsync();
    }

    /// <summary>One beat: says that this replica is there, or tries to return. Only one is in progress.</summary>
    public async Task RunAsync()
    {
        if (_leaving || Interlocked.Exchange(ref _running, 1) == 1)
        {
            return;
        }

        try
        {
            if (State.Phase == StorePhase.Shared)
            {
                await StayAsync();
            }

            if (State.Phase != StorePhase.Shared)
            {
                await ReturnAsync();
            }
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    /// <summary>Says goodbye, so that the others have this replica's part at once.</summary>
    public async Task LeaveAsync()
    {
        _leaving = true;
        if (State.Phase == StorePhase.Shared)
        {
            _ = await beats.BeatAsync(BeatPurpose.Leave);
        }
    }

    private async Task StayAsync()
    {
        var beat = await beats.BeatAsync(BeatPurpose.Join);
        if (!beat.IsThere)
        {
            Lose(beat.Problem);
        }
        else if (Jumped(beat) || !beat.Counted)
        {
            TellAgain(renew: false);
        }
        else
        {
            replicas.See(beat.Silences, beat.Age, beat.Answered);
        }
    }

    private async Task ReturnAsync()
    {
        // Twice: another replica may renew the epoch in between.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var renew = _renew;
            var look = await beats.BeatAsync(State.Loss > 0 ? BeatPurpose.Alone : BeatPurpose.Look, raise: renew);
            if (!look.IsThere)
            {
                Fail(look.Problem);
                return;
            }

            if (Jumped(look) && !renew)
            {
                continue;
            }

            if (!Begin(look.Answered))
            {
                return;
            }

            if (!await TellAll(renew))
            {
                Lose("the store could not be told what was sent");
                return;
            }

            _renew = false;
            var join = await beats.BeatAsync(BeatPurpose.Join);
            if (!join.IsThere)
            {
                Lose(join.Problem);
                return;
            }

            if (join.Counted && !_renew)
            {
                Join(join);
                return;
            }
        }
    }

    private bool Jumped(Beat beat)
    {
        if (!clock.HasJumped(beat.Now, beat.Asked, beat.Answered))
        {
            return false;
        }

        log.StoreClockJumped(clock.Difference.TotalSeconds);
        return _renew = true;
    }

    /// <summary>No local permit is given from here on: what was sent is about to be told.</summary>
    private bool Begin(TimeSpan now)
    {
        lock (_gate)
        {
            _goodSince ??= now;
            if (_state.Phase == StorePhase.Lost && _mustProve && now - _goodSince < Proof)
            {
                return false;
            }

            Set(_state with { Phase = StorePhase.Returning });
            return true;
        }
    }

    private void Fail(string problem)
    {
        lock (_gate)
        {
            _goodSince = null;
            if (_state.Phase == StorePhase.Connecting && time.Monotonic() - _state.Since < ConnectWait)
            {
                return;
            }
        }

        Lose(problem);
    }

    private void Join(Beat beat)
    {
        lock (_gate)
        {
            var (now, before) = (beat.Answered, _state);
            replicas.See(beat.Silences, beat.Age, now);
            replicas.Trust(now);
            Set(new StoreState(StorePhase.Shared, now));
            log.SharedBudgetBack(replicas.Count(now).Alive, before.Loss == 0 ? 0 : (now - before.Since).TotalSeconds);
        }
    }

    private void Set(StoreState state) => Volatile.Write(ref _state, state);
}
