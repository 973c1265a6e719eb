namespace NotionGateway.FlowControl.Queueing;

/// <summary>The denials of requests that get no permit.</summary>
internal static class QueueRefusals
{
    public static readonly Refusal ShuttingDown = new(
        RefusalReason.ShuttingDown,
        "This gateway instance stopped before the request got a permit. Nothing was sent. Send it again: another instance will handle it.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static readonly Refusal Interrupted = new(
        RefusalReason.Interrupted, "This gateway instance stopped before Notion responded. A write may have been applied; check before retrying.");

    public static Refusal WaitTooLong(TimeSpan wait, int ahead) => new(
        RefusalReason.WaitTooLong,
        FormattableString.Invariant($"The request would get a permit on this connection in about {Seconds(wait)} s ({ahead} ahead of it), ")
            + "later than it may wait. Nothing was sent. Retry after the time in Retry-After.")
    {
        RetryAfter = wait,
    };

    public static Refusal Expired(TimeSpan wait) => new(
        RefusalReason.WaitTooLong,
        "No permit on this connection was available within the time that this request may wait. Nothing was sent. Retry after the time in Retry-After.")
    {
        RetryAfter = wait,
    };

    public static Refusal CoolingDown(TimeSpan wait) => new(
        RefusalReason.CoolingDown,
        FormattableString.Invariant($"Notion asked clients to wait another {Seconds(wait)} s, longer than this request may wait. ")
            + "Nothing was sent. Retry after the time in Retry-After.")
    {
        RetryAfter = wait,
    };

    public static Refusal QueueFull(TimeSpan wait) => new(
        RefusalReason.QueueFull,
        "The queue for this connection is full, and no other caller uses more of it than you. Nothing was sent. Retry after the time in Retry-After.")
    {
        RetryAfter = wait,
    };

    public static Refusal Evicted(TimeSpan wait) => new(
        RefusalReason.QueueFull,
        "The queue is full; your queued request was evicted in favour of a caller using less of the queue. Nothing was sent. "
            + "Retry after the time in Retry-After.")
    {
        RetryAfter = wait,
    };

    private static double Seconds(TimeSpan wait) => Math.Ceiling(Math.Max(wait.TotalSeconds, 0));
}
