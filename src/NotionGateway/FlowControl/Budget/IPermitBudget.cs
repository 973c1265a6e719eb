using System.Runtime.InteropServices;

namespace NotionGateway.FlowControl.Budget;

/// <summary>
/// How many turns a connection has: the half of the limiter that knows Notion's limit and nothing of who waits. A turn is
/// taken, then either used (<see cref="MarkSent"/>) or given back. Taking may ask somewhere else and so is asynchronous, and
/// it may fail: then it is asked again after a pause. It must end, so what it asks elsewhere needs a timeout of its own. The
/// other calls are notes that never wait and never fail.
/// </summary>
internal interface IPermitBudget
{
    /// <summary>When nothing is to be taken because Notion said so; a time in the past if it may be.</summary>
    TimeSpan PausedUntil { get; }

    /// <summary>Whether there is nothing to remember: no turn out, none in the window, no pause.</summary>
    bool IsIdle { get; }

    /// <summary>As <see cref="TakeAsync"/>, where the answer is known here and now; false if it has to be asked for elsewhere.</summary>
    bool TryTake(out PermitResult taking);

    /// <summary>Takes a turn, or says before when it is useless to ask again.</summary>
    ValueTask<PermitResult> TakeAsync();

    /// <summary>The turn is being used now: its request goes out.</summary>
    void MarkSent();

    /// <summary>Something went out without a turn: it counts all the same.</summary>
    void CountSend();

    /// <summary>The turn was not used; nothing has gone out.</summary>
    void GiveBack();

    /// <summary>Gives no turn before that time, and none in a burst for a window after it.</summary>
    void Pause(TimeSpan until);

    /// <summary>Half the rate and no bursts from now on: the program that takes over has begun already.</summary>
    void SlowDown();

    void Change(PermitLimit limit);

    /// <summary>Counts what another budget has sent as sent by this one: both turned out to be the same connection.</summary>
    void TakeOver(IPermitBudget other);

    /// <summary>When somebody would have a turn before whom so many others go.</summary>
    TimeSpan Estimate(int ahead);

    /// <summary>Turns of the present span that are used or taken, and how many it has.</summary>
    WindowUse Use();
}

/// <summary>The answer to an attempt to take a turn.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PermitResult(bool IsTaken, TimeSpan NotBefore)
{
    public static PermitResult Taken => new(true, default);

    public static PermitResult Wait(TimeSpan notBefore) => new(false, notBefore);
}

/// <summary>How much of a window is used.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WindowUse(int Used, int Limit);
