namespace NotionGateway;

/// <summary>An expected no, as a value: which reason, a sentence for the person who reads it, and when to come back.</summary>
internal sealed record Refusal(RefusalReason Reason, string Message)
{
    /// <summary>When a repeat may succeed, sent as whole seconds; the reason's own <see cref="RefusalReason.RetryAfter"/> where this is absent.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// The word of RFC 6749 for it, where OAuth is spoken: the answer then has both of the dialects that Notion's token endpoint has.
    /// </summary>
    public string? OAuthError { get; init; }

    /// <summary>What the operator is told in the log beside the message; the caller never sees it.</summary>
    public string? Problem { get; init; }

    /// <summary>The defect behind it, if it is one of the gateway's own; for the log as well.</summary>
    public Exception? Defect { get; init; }

    /// <summary>Notion's own id of the request, where the refusal stands for an answer of Notion's; else the gateway's is told.</summary>
    public string? RequestId { get; init; }
}
