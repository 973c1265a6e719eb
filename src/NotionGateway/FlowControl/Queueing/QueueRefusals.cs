namespace NotionGateway.FlowControl.Queueing;

/// <summary>The denials of requests that get no permit.</summary>
internal static class QueueRefusals
{
    private const string NothingSent = "Nothing was sent.";

    public static readonly Refusal ShuttingDown = new(
        RefusalReason.ShuttingDown,
        $"This gateway instance stopped before the request got a permit. {NothingSent} Send it again: another instance will handle it.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static readonly Refusal Interrupted = new(
        RefusalReason.Interrupted, "This gateway instance stopped before Notion responded. A write may have been applied; check before retrying.");

    public static Refusal WaitTooLong(TimeSpan wait, int ahead) => new(
        RefusalReason.WaitTooLong,
        FormattableString.Invariant($"The request would get a permit on this connection in about {Seconds(wait)} s ({ahead} ahead of it), ")
            + $"later than it may wait. {NothingSent} Retry after the time in Retry-After.")
    {
        RetryAfter = wait,
    };

    public static Refusal Expired(TimeSpan wait) => new(
        RefusalReason.WaitTooLong,
        $"No permit on this connection was available within the time that this request may wait. {NothingSent} Retry after the time in Retry-After.")
    {
        RetryAfter = wait,
    };

    public static Refusal CoolingDown(TimeSpan wait) => new(
        RefusalReason.CoolingDown,
        FormattableString.Invariant($"Notion asked clients to wait another {Seconds(wait)} s, longer than this request may wait. ")
            + $"{NothingSent} Retry after the time in Retry-After.")
    {
        RetryAfter = wait,
    };

    public static Refusal QueueFull(TimeSpan wait) => new(
        RefusalReason.QueueFull,
        $"The queue for this connection is full, and no other caller uses more of it than you. {NothingSent} Retry after the time in Retry-After.")
    {
        RetryAfter = wait,
    };

    public static Refusal Evicted(TimeSpan wait) => new(
        RefusalReason.QueueFull,
        $"The queue is full; your queued request was evicted in favour of a caller using less of the queue. {NothingSent} "
            + "Retry after the time in Retry-After.")
    {
        RetryAfter = wait,
    };

    /// <summary>The same for a request of which an earlier attempt was sent.</summary>
    public static Refusal AfterSending(Refusal refusal) => refusal.Reason == RefusalReason.ShuttingDown
        ? Interrupted
        : refusal with
        {
            Message = refusal.Message.Replace(
                NothingSent, "An earlier attempt was sent and failed; a write may have been applied.", StringComparison.Ordinal),
        };

    private static double Seconds(TimeSpan wait) => Math.Ceiling(Math.Max(wait.TotalSeconds, 0));
}
