using System.Runtime.InteropServices;

namespace NotionGateway.FlowControl.Budget.Shared;

/// <summary>What the store is to be told with the next question.</summary>
/// <param name="Sends">What was sent.</param>
/// <param name="Returns">What was given back.</param>
/// <param name="PauseUntil">The end of a pause; a time in the past if there is none.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StoreNotes(IReadOnlyList<SentPermit> Sends, IReadOnlyList<PermitId> Returns, TimeSpan PauseUntil);

/// <summary>Collects what the store has not been told yet. Nothing is lost with it: sends are told again from the log after a loss.</summary>
internal sealed class SendNotes
{
    /// <summary>A permit whose return is never told costs that permit for a while, and nothing else.</summary>
    private const int MostReturns = 1000;

    private List<SentPermit> _sends = [];
    private List<PermitId> _returns = [];
    private TimeSpan _pauseUntil;

    public int Count => _sends.Count + _returns.Count + (_pauseUntil > TimeSpan.Zero ? 1 : 0);

    public void Sent(SentPermit sent) => _sends.Add(sent);

    public void Returned(PermitId permit)
    {
        if (_returns.Count < MostReturns)
        {
            _returns.Add(permit);
        }
    }

    public void Pause(TimeSpan until) => _pauseUntil = MonotonicTime.Later(until, _pauseUntil);

    /// <summary>All sends are told in another way.</summary>
    public void ForgetSends() => _sends.Clear();

    public StoreNotes Take()
    {
        var notes = new StoreNotes(_sends, _returns, _pauseUntil);
        (_sends, _returns, _pauseUntil) = ([], [], TimeSpan.Zero);
        return notes;
    }

    /// <summary>The question brought no permit, or none that is known of: what it returned is returned again, and what it may have taken too.</summary>
    public void Undone(TakeQuestion question)
    {
        question.Notes.Returns.Append(question.Permit).ToList().ForEach(Returned);
        Pause(question.Notes.PauseUntil);
    }
}
