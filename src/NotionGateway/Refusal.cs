namespace NotionGateway;

/// <summary>An expected no, as a value: which reason, a sentence for the person who reads it, and when to come back.</summary>
internal sealed record Refusal(RefusalReason Reason, string Message)
{
    /// <summary>When a repeat may succeed; sent as whole seconds.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
