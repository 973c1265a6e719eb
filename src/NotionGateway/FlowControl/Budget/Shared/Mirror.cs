namespace NotionGateway.FlowControl.Budget.Shared;

/// <summary>
/// What this replica knows of a connection's count: its own sends exactly, those of the others by how many there are. It serves estimates and metrics, and
/// remembers what to tell the store; the store decides.
/// </summary>
internal sealed class Mirror
{
    /// <summary>Sends of others that were made within a time so short are not spread over it.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(1);

    /// <summary>Counts down: numbers below zero are sends of other replicas.</summary>
    private long _others;

    public Mirror(PermitLimit limit, TimeSpan now)
    {
        (Limit, Window) = (limit, new PermitWindow(limit, now, burstsFrom: TimeSpan.Zero));

        // Nothing is known yet; an estimate that is too dark would turn callers away whom the store has permits for.
        Window.Fill(now);
    }

    /// <summary>What the connection may be sent by all replicas.</summary>
    public PermitLimit Limit { get; set; }

    public PermitWindow Window { get; }

    /// <summary>What this replica has sent, or may send at any moment.</summary>
    public IReadOnlyList<SentPermit> Own(TimeSpan now) => [.. Window.Sent(now).Where(sent => !IsOthers(sent))];

    /// <summary>Takes over what the store has said.</summary>
    /// <param name="reply">The answer.</param>
    /// <param name="before">When the last one came.</param>
    /// <param name="others">How many sends it counts that this replica does not know; less than none if it counts fewer.</param>
    public void Hear(in TakeReply reply, TimeSpan before, int others)
    {
        var now = reply.Answered;
        Window.Refill(now);
        if (others > 0)
        {
            var from = MonotonicTime.Later(before, now - Limit.Span);
            from = now - from > Recent ? from : now;
            Window.TakeOver([.. Enumerable.Range(1, others).Select(number => Other(from + ((now - from) * number / others)))], now);
        }
        else if (others < 0)
        {
            Window.Forget(IsOthers, -others);
        }

        if (reply.Pause > TimeSpan.Zero && reply.Asked + reply.Pause > Window.PausedUntil)
        {
            Window.Pause(reply.Asked + reply.Pause, now);
        }

        Window.Fill(reply.Tokens, MonotonicTime.Later(now, Window.PausedUntil));
    }

    private SentPermit Other(TimeSpan at) => new(new PermitId(--_others), at);

    private static bool IsOthers(SentPermit sent) => sent.Permit.Number < 0;
}
