namespace NotionGateway.OAuth.TokenEndpoint;

/// <summary>How a call of Notion's OAuth endpoints ended: with a value, with a rejection by Notion, or without a response.</summary>
internal readonly record struct OAuthReply<T>
    where T : class
{
    private OAuthReply(T? value, OAuthError? error, string? failure) => (Value, Error, Failure) = (value, error, failure);

    public T? Value { get; }

    /// <summary>Notion rejected the call.</summary>
    public OAuthError? Error { get; }

    /// <summary>There is no usable response, in words fit for a log. Notion may have done it anyway.</summary>
    public string? Failure { get; }

    /// <summary>Why there is no value, for a log.</summary>
    public string Problem => Failure ?? $"Notion answered {Error?.Status} {Error?.Code}";

    public static OAuthReply<T> Of(T value) => new(value, null, null);

    public static OAuthReply<T> Refused(OAuthError error) => new(null, error, null);

    public static OAuthReply<T> Failed(string words) => new(null, null, words);

    /// <summary>The same error or failure, as the reply of a call that has another value.</summary>
    public OAuthReply<TOther> WithoutValue<TOther>()
        where TOther : class => new(null, Error, Failure);

    // A record would print its members.
    public override string ToString() => Value is null ? Problem : "[redacted]";
}
