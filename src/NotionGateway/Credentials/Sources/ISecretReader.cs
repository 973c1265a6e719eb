namespace NotionGateway.Credentials.Sources;

/// <summary>What a source returned: a secret's text, or why there is none, in words fit for a log.</summary>
internal readonly record struct SourceReading
{
    private SourceReading(string? text, string? problem) => (Text, Problem) = (text, problem);

    public string? Text { get; }

    public string? Problem { get; }

    /// <summary>How long the source asks not to be called.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    public static SourceReading Of(string raw, SecretKind kind = SecretKind.NotionToken) =>
        SecretText.TryClean(raw, out var secret, kind) is { } wrong ? Failed($"its content cannot be used: {wrong}") : new(secret, null);

    public static SourceReading Failed(string problem, TimeSpan? retryAfter = null) => new(null, problem) { RetryAfter = retryAfter };

    // A record would print its members.
    public override string ToString() => Problem ?? "[redacted]";
}

/// <summary>Reads one secret. It must not throw for anything that can be expected to go wrong at its source.</summary>
internal interface ISecretReader
{
    Task<SourceReading> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Whether it is worth reading before its time; cheap enough to ask each second.</summary>
    bool MayHaveChanged() => false;
}
