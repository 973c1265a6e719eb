using NotionGateway.FlowControl.Budget.Shared.Members;
using NotionGateway.FlowControl.Budget.Shared.Store;

namespace NotionGateway.FlowControl.Budget.Shared;

/// <summary>
/// What this replica knows and has to tell of one shared connection: the mirror of its count, the notes for the store, and its own part while the store is
/// lost. It asks nobody and keeps no lock.
/// </summary>
internal sealed class Ledger(SharedBudgets shared, ConnectionKey connection, PermitLimit limit)
{
    private readonly Mirror _mirror = new(limit, shared.Now);
    private readonly SendNotes _notes = new();
    private LocalShare? _share;

    /// <summary>The connection's state in the store.</summary>
    public ConnectionState State { get; private set; } = new(shared.KeysOf(connection));

    /// <summary>Notes that have not reached the store.</summary>
    public int Unsent => _notes.Count;

    public TimeSpan PausedUntil => _mirror.Window.PausedUntil;

    public bool IsIdle => _mirror.Window.IsIdle(shared.Now);

    public PermitLimit Limit => _mirror.Limit;

    public void MarkSent(PermitId permit)
    {
        var now = shared.Now;
        _mirror.Window.MarkSent(permit, now);
        _share?.MarkSent(permit, now);
        if (shared.State.Phase != StorePhase.Lost)
        {
            _notes.Sent(new SentPermit(permit, now));
        }
    }

    /// <summary>A send without a permit, which is paid by this replica's part while that is what it sends by.</summary>
    public void CountSend(PermitId permit)
    {
        MarkSent(permit);
        if (shared.State is { Phase: StorePhase.Lost } lost)
        {
            ShareIn(lost).Window.MarkSent(permit, shared.Now);
        }
    }

    public void GiveBack(PermitId permit)
    {
        var now = shared.Now;
        if (_mirror.Window.GiveBack(permit, now))
        {
            _share?.GiveBack(permit, now);
            _notes.Returned(permit);
        }
    }

    public void Pause(TimeSpan until)
    {
        var now = shared.Now;
        _mirror.Window.Pause(until, now);
        _share?.Window.Pause(until, now);
        _notes.Pause(until);
    }

    public void Change(PermitLimit limit)
    {
        if (limit != _mirror.Limit)
        {
            _mirror.Limit = limit;
            _mirror.Window.Change(limit, shared.Now);
            _share?.Window.Change(shared.Alone(limit), shared.Now);
        }
    }

    /// <summary>The connection's state has another name in the store, where this replica has to tell its sends.</summary>
    public void Rename(ConnectionKey connection) => State = new ConnectionState(shared.KeysOf(connection)) { MustTell = true };

    public void TakeOver(IReadOnlyList<SentPermit> sent)
    {
        _mirror.Window.TakeOver(sent, shared.Now);
        State.MustTell = true;
    }

    public TimeSpan Estimate(int ahead)
    {
        var state = shared.State;
        var window = state.Phase == StorePhase.Lost ? ShareIn(state).Window : _mirror.Window;
        window.Refill(shared.Now);
        return window.When(ahead);
    }

    public WindowUse Use()
    {
        _mirror.Window.Refill(shared.Now);
        return new WindowUse(_mirror.Window.Used, _mirror.Limit.WindowLimit);
    }

    public IReadOnlyList<SentPermit> Sent() => _mirror.Own(shared.Now);

    /// <summary>Takes a permit of this replica's own part.</summary>
    public PermitResult TakeAlone(StoreState lost)
    {
        var taken = ShareIn(lost).Window.Take(shared.Now, shared.Ids);
        if (taken.IsTaken)
        {
            _mirror.Window.Take(taken.Permit);
        }

        return taken;
    }

    /// <summary>The next question for a permit, with everything that is noted.</summary>
    public TakeQuestion Ask(PermitBid bid)
    {
        var now = shared.Now;
        if (State.IsOld(now, _mirror.Limit.Span) && Sent().Count == 0)
        {
            State.Forget();
        }

        _mirror.Window.Change(shared.Together(_mirror.Limit), now);
        return new TakeQuestion(State, shared.Ids.Next(), _mirror.Limit, _mirror.Window.Limit, _notes.Take(), _mirror.Window.Used, now, bid);
    }

    /// <summary>The question has brought no permit, or none that is known of.</summary>
    public void Undo(TakeQuestion question) => _notes.Undone(question);

    /// <summary>Takes over what the store has said to a question that it carried out; the permit, or when to ask again.</summary>
    public PermitResult Hear(in TakeReply reply, TakeQuestion question)
    {
        var (state, granted) = (question.State, reply.Status == TakeStatus.Given);
        (state.Born, state.Seen) = (reply.Born, reply.Questions);
        _mirror.Hear(reply, state.AnsweredAt, others: reply.Count - (granted ? 1 : 0) - question.Known);
        state.AnsweredAt = reply.Answered;
        if (!granted)
        {
            return PermitResult.Wait(reply.Asked + reply.Wait);
        }

        _mirror.Window.Take(question.Permit);
        return PermitResult.Taken(question.Permit, question.Bid.Callers.ElementAtOrDefault(reply.Caller - 1).Name);
    }

    /// <summary>All own sends, which make notes of single sends superfluous.</summary>
    public IReadOnlyList<SentPermit> Tell()
    {
        _notes.ForgetSends();
        return Sent();
    }

    /// <summary>The store has been told.</summary>
    public void Told(ConnectionState state, in StoreAnswer answer)
    {
        (state.Born, state.Seen, state.MustTell, state.AnsweredAt) = (answer.Number(0), answer.Number(1), false, answer.Answered);
        _mirror.Window.Fill(0, answer.Answered);
    }

    /// <summary>This replica's part while the store is lost; each loss begins with an empty one.</summary>
    private LocalShare ShareIn(StoreState lost)
    {
        if (_share is null || _share.Loss != lost.Loss)
        {
            _share = shared.ShareOf(_mirror.Limit, lost, PausedUntil);
        }

        return _share;
    }
}
