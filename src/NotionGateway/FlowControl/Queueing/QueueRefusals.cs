namespace NotionGateway.FlowControl.Queueing;

/// <summary>What those are told who get no permit.</summary>
internal static class QueueRefusals
{
    public static readonly Refusal ShuttingDown = new(
        RefusalReason.ShuttingDown, "This instance of the gateway stopped before the request's turn came; nothing was sent. Send it again: another instance takes it.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static readonly Refusal Interrupted = new(
        RefusalReason.Interrupted, "This instance of the gateway stopped before Notion answered. A write may have been applied; check before you repeat it.");

    public static Refusal WaitTooLong(TimeSpan wait, int ahead) => new(
        RefusalReason.WaitTooLong,
        FormattableString.Invariant($"The request's turn on this connection would come in about {Seconds(wait)} s ({ahead} before it), later than it may wait. Nothing was sent."))
    {
        RetryAfter = wait,
    };

    public static Refusal Expired(TimeSpan wait) => new(
        RefusalReason.WaitTooLong,
        "The request's turn on this connection did not come within the time it may wait. Nothing was sent.")
    {
        RetryAfter = wait,
    };

    public static Refusal CoolingDown(TimeSpan wait) => new(
        RefusalReason.CoolingDown,
        FormattableString.Invariant($"Notion has asked for a pause of another {Seconds(wait)} s, longer than the request may wait. Nothing was sent."))
    {
        RetryAfter = wait,
    };

    public static Refusal QueueFull(TimeSpan wait) => new(
        RefusalReason.QueueFull,
        "The queue for this connection is full, and no other caller holds more of it than you. Nothing was sent.")
    {
        RetryAfter = wait,
    };

    public static Refusal Evicted(TimeSpan wait) => new(
        RefusalReason.QueueFull,
        "The queue is full, and your place was taken for a caller who holds less of it. Nothing was sent.")
    {
        RetryAfter = wait,
    };

    private static double Seconds(TimeSpan wait) => Math.Ceiling(Math.Max(wait.TotalSeconds, 0));
}
