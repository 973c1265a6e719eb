using NotionGateway.FlowControl.Budget;

namespace NotionGateway.UnitTests.FlowControl.Queueing;

/// <summary>How a budget fails.</summary>
public enum Way
{
    ThrowsAtOnce,
    FailsLater,
    ThrowsWhereTheResultIsKnown,
}

/// <summary>A budget whose results come from elsewhere, when and as the test says.</summary>
internal sealed class ScriptedBudget(IPermitBudget inner) : IPermitBudget
{
    private Way _way;
    private int _failures;
    private TaskCompletionSource? _hold;
    private bool _holdsAll;

    public int Asked { get; private set; }

    public int Taken { get; private set; }

    public List<PermitBid> Bids { get; } = [];

    /// <summary>Whose the permits are.</summary>
    public string? Name { get; set; }

    public TimeSpan PausedUntil => inner.PausedUntil;

    public TimeSpan AnswerTime => inner.AnswerTime;

    public bool IsIdle => inner.IsIdle;

    public void Fail(Way way, int times) => (_way, _failures) = (way, times);

    /// <summary>The next question is answered when the test says.</summary>
    public TaskCompletionSource Hold() => _hold = new TaskCompletionSource();

    /// <summary>All questions from now on are answered when the test says.</summary>
    public void HoldAll() => (_hold, _holdsAll) = (new TaskCompletionSource(), true);

    public void ReleaseAll()
    {
        var hold = _hold!;
        (_hold, _holdsAll) = (null, false);
        hold.SetResult();
    }

    public bool TryTake(PermitBid bid, out PermitResult result)
    {
        result = default;
        if (_way != Way.ThrowsWhereTheResultIsKnown)
        {
            return false;
        }

        Asked++;
        result = Fails() ? throw new InvalidOperationException("no response") : Take();
        return true;
    }

    public ValueTask<PermitResult> TakeAsync(PermitBid bid)
    {
        Asked++;
        Bids.Add(bid);
        if (_hold is { } hold)
        {
            _hold = _holdsAll ? hold : null;
            return AfterAsync(hold.Task);
        }

        return !Fails() ? ValueTask.FromResult(Take())
            : _way == Way.FailsLater ? ValueTask.FromException<PermitResult>(new TimeoutException("no response"))
            : throw new InvalidOperationException("no response");
    }

    public void MarkSent(PermitId permit) => inner.MarkSent(permit);

    public void CountSend() => inner.CountSend();

    public void GiveBack(PermitId permit) => inner.GiveBack(permit);

    public void Pause(TimeSpan until) => inner.Pause(until);

    public void SlowDown() => inner.SlowDown();

    public void Change(PermitLimit limit) => inner.Change(limit);

    public IReadOnlyList<SentPermit> Sent() => inner.Sent();

    public void TakeOver(IReadOnlyList<SentPermit> sent) => inner.TakeOver(sent);

    public void Rename(ConnectionKey connection) => inner.Rename(connection);

    public TimeSpan Estimate(int ahead) => inner.Estimate(ahead);

    public WindowUse Use() => inner.Use();

    private bool Fails() => _failures > 0 && (_failures == int.MaxValue || _failures-- > 0);

    private async ValueTask<PermitResult> AfterAsync(Task hold)
    {
        // The store has decided when it is asked; only its word comes late.
        var result = Take();
        await hold;
        return result with { Caller = Name };
    }

    private PermitResult Take()
    {
        inner.TryTake(PermitBid.NobodyWaits, out var result);
        Taken += result.IsTaken ? 1 : 0;
        return result with { Caller = Name };
    }
}
