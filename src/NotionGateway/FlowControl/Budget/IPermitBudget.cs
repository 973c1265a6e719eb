namespace NotionGateway.FlowControl.Budget;

/// <summary>
/// How many permits a connection has: the half of the limiter that knows Notion's limit and nothing of the queue. A permit is
/// taken, then either used (<see cref="MarkSent"/>) or given back. Taking may ask a store: it is asynchronous and may fail, and
/// then it is asked again after a pause. What it asks needs a timeout of its own; a permit whose answer was lost is undone by the
/// budget, which chooses the id before it asks. The other calls are notes that never wait and never fail.
/// </summary>
internal interface IPermitBudget
{
    /// <summary>When nothing is to be taken because Notion said so; a time in the past if it may be.</summary>
    TimeSpan PausedUntil { get; }

    /// <summary>How long a question may take: a request waits for that, however impatient its caller is. Zero if the result is known here.</summary>
    TimeSpan AnswerTime { get; }

    /// <summary>Whether there is nothing to remember: no permit out, none in the window, no pause.</summary>
    bool IsIdle { get; }

    /// <summary>As <see cref="TakeAsync"/>, where the result is known here and now; false if it has to be asked for elsewhere.</summary>
    bool TryTake(PermitBid bid, out PermitResult result);

    /// <summary>Takes a permit, or says before when it is useless to ask again.</summary>
    ValueTask<PermitResult> TakeAsync(PermitBid bid);

    /// <summary>The permit is being used now: its request goes out. One that is not out any more counts as a send without a permit.</summary>
    void MarkSent(PermitId permit);

    /// <summary>Something went out without a permit; it counts too.</summary>
    void CountSend();

    /// <summary>The permit was not used; nothing has gone out. One that is not out any more changes nothing.</summary>
    void GiveBack(PermitId permit);

    /// <summary>Gives no permit before that time, and none in a burst for a window after it.</summary>
    void Pause(TimeSpan until);

    /// <summary>Half the rate and no bursts from now on: the program that takes over has begun already.</summary>
    void SlowDown();

    void Change(PermitLimit limit);

    /// <summary>The connection is known by another name from now on; what was counted under the old one stays.</summary>
    void Rename(ConnectionKey connection);

    /// <summary>What was sent in the present span; a permit that is out may be used at any moment and counts as sent now.</summary>
    IReadOnlyList<SentPermit> Sent();

    /// <summary>Counts what another budget has sent, once however often it is told: both turned out to be the same connection.</summary>
    void TakeOver(IReadOnlyList<SentPermit> sent);

    /// <summary>When there would be a permit for somebody before whom so many others go.</summary>
    TimeSpan Estimate(int ahead);

    /// <summary>Permits of the present span that are used or taken, and how many it has.</summary>
    WindowUse Use();
}
