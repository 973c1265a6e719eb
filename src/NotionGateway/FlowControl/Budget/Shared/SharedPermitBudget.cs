using NotionGateway.FlowControl.Budget.Shared.Members;

namespace NotionGateway.FlowControl.Budget.Shared;

/// <summary>
/// A connection's budget that replicas share. The store counts for all of them, and this replica keeps what it has sent itself, so that it can tell the
/// store again. The design and why it is exact: docs/scale-out.md.
/// </summary>
internal sealed class SharedPermitBudget : IPermitBudget, IDisposable
{
    /// <summary>While the store is being told what was sent, nobody gets a permit; it takes a few round trips.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();

    /// <summary>One question about a connection is in progress at a time.</summary>
    private readonly SemaphoreSlim _questions = new(1, 1);
    private readonly SharedBudgets _shared;
    private readonly Ledger _ledger;

    public SharedPermitBudget(SharedBudgets shared, ConnectionKey connection, PermitLimit limit) =>
        (_shared, _ledger) = (shared, new Ledger(shared, connection, limit));

    public TimeSpan PausedUntil => Locked(static ledger => ledger.PausedUntil);

    public TimeSpan AnswerTime => _shared.AnswerTime;

    public bool IsIdle => Locked(static ledger => ledger.IsIdle);

    /// <summary>Notes that have not reached the store.</summary>
    public int Unsent => Locked(static ledger => ledger.Unsent);

    /// <summary>Whether there is anything that the store does not know.</summary>
    public bool HasNews => Locked(static ledger => ledger.Unsent > 0 || ledger.State.MustTell);

    public bool TryTake(PermitBid bid, out PermitResult result)
    {
        lock (_gate)
        {
            // Asked under the lock: what is told to the store when it is back is read under it, too.
            var state = _shared.State;
            result = state.Phase switch
            {
                StorePhase.Shared => default,
                StorePhase.Lost => _ledger.TakeAlone(state),
                _ => NotNow,
            };
            return state.Phase != StorePhase.Shared;
        }
    }

    public async ValueTask<PermitResult> TakeAsync(PermitBid bid)
    {
        if (TryTake(bid, out var result))
        {
            return result;
        }

        await _questions.WaitAsync();
        try
        {
            return TryTake(bid, out result) ? result : await AskAsync(bid);
        }
        finally
        {
            _questions.Release();
        }
    }

    public void MarkSent(PermitId permit) => Note(ledger => ledger.MarkSent(permit));

    public void CountSend() => Note(ledger => ledger.CountSend(_shared.Ids.Next()));

    public void GiveBack(PermitId permit) => Note(ledger => ledger.GiveBack(permit));

    /// <summary>Told at once: until then other replicas send what Notion will refuse.</summary>
    public void Pause(TimeSpan until)
    {
        Note(ledger => ledger.Pause(until));
        _ = FlushAsync();
    }

    /// <summary>Nothing: the successor uses the same budget, and in an outage it is among the replicas that are counted.</summary>
    public void SlowDown()
    {
    }

    public void Change(PermitLimit limit)
    {
        lock (_gate)
        {
            _ledger.Change(limit);
        }
    }

    public void Rename(ConnectionKey connection) => Note(ledger => ledger.Rename(connection));

    public IReadOnlyList<SentPermit> Sent() => Locked(static ledger => ledger.Sent());

    public void TakeOver(IReadOnlyList<SentPermit> sent) => Note(ledger => ledger.TakeOver(sent));

    public TimeSpan Estimate(int ahead)
    {
        lock (_gate)
        {
            return _ledger.Estimate(ahead);
        }
    }

    public WindowUse Use() => Locked(static ledger => ledger.Use());

    public void Dispose() => _questions.Dispose();

    /// <summary>Tells the store what this replica has sent; false if the store did not answer.</summary>
    public async Task<bool> TellAsync(bool renew)
    {
        await _questions.WaitAsync();
        try
        {
            return await SyncAsync(renew);
        }
        finally
        {
            _questions.Release();
        }
    }

    /// <summary>Brings notes to the store that no question has carried there.</summary>
    public async Task FlushAsync()
    {
        await _questions.WaitAsync();
        try
        {
            if (_shared.State.Phase == StorePhase.Shared && HasNews)
            {
                _ = await AskAsync(PermitBid.NobodyWaits);
            }
        }
        finally
        {
            _questions.Release();
        }
    }

    private async Task<bool> SyncAsync(bool renew)
    {
        ConnectionState state;
        IReadOnlyList<SentPermit> sent;
        TimeSpan now;
        lock (_gate)
        {
            (state, sent, now) = (_ledger.State, _ledger.Tell(), _shared.Now);
        }

        var answer = await _shared.Questions.SyncAsync(state.Keys, _ledger.Limit, sent, now, renew);
        if (answer.IsThere)
        {
            lock (_gate)
            {
                _ledger.Told(state, answer);
            }
        }

        return answer.IsThere;
    }

    /// <summary>Asks the store for a permit.</summary>
    private async ValueTask<PermitResult> AskAsync(PermitBid bid)
    {
        if (_ledger.State.MustTell && !await SyncAsync(renew: false))
        {
            _shared.Lose("the store could not be told what was sent");
            return NotNow;
        }

        TakeQuestion question;
        bool knewNone;
        lock (_gate)
        {
            question = _ledger.Ask(bid);
            knewNone = question.State.Born == 0;
        }

        var epoch = _shared.Questions.Epoch;

        var answer = await _shared.Questions.TakeAsync(question);
        var reply = answer.IsThere ? new TakeReply(answer) : default;

        // A state that this question has made is the first since a while, or the first since the store has lost the others; then others have sends to tell.
        var isNew = reply.IsCarriedOut && knewNone && reply.Questions == 1;
        if (reply.IsCarriedOut && (!isNew || await _shared.IsStillAsync(epoch)))
        {
            lock (_gate)
            {
                return _ledger.Hear(reply, question);
            }
        }

        lock (_gate)
        {
            // One whose answer was lost may have been carried out.
            _ledger.Undo(question);
        }

        if (!answer.IsThere)
        {
            _shared.Lose(answer.Problem);
        }
        else if (reply.Status == TakeStatus.TooOld)
        {
            _shared.Lose("the store's clock has jumped ahead");
        }
        else
        {
            _shared.TellAgain(renew: reply.Status == TakeStatus.WentBack);
        }

        return TryTake(bid, out var result) ? result : NotNow;
    }

    private PermitResult NotNow => PermitResult.Wait(_shared.Now + Moment);

    private T Locked<T>(Func<Ledger, T> read)
    {
        lock (_gate)
        {
            return read(_ledger);
        }
    }

    private void Note(Action<Ledger> note)
    {
        lock (_gate)
        {
            note(_ledger);
        }

        _shared.HasNews(this);
    }
}
