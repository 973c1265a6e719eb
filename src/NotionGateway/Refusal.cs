namespace NotionGateway;

/// <summary>An expected denial, as a value: the reason, a sentence for the reader, and when to retry.</summary>
internal sealed record Refusal(RefusalReason Reason, string Message)
{
    /// <summary>When a repeat may succeed, sent as whole seconds; the reason's own <see cref="RefusalReason.RetryAfter"/> where this is absent.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// The word of RFC 6749 for it, where OAuth is spoken: the response then has both of the dialects that Notion's token endpoint has.
    /// </summary>
    public string? OAuthError { get; init; }

    /// <summary>Additional detail for the operator's log; the caller never sees it.</summary>
    public string? Problem { get; init; }

    /// <summary>The defect behind it, if it is one of the gateway's own; for the log as well.</summary>
    public Exception? Defect { get; init; }

    /// <summary>Notion's own id of the request, where the denial stands for a response from Notion; else the gateway's is used.</summary>
    public string? RequestId { get; init; }
}
