namespace NotionGateway.Settings;

/// <summary>Which configuration is in force, and what became of the changes since the start; for metrics and for operators.</summary>
internal sealed class ConfigurationStatus(ConfigurationVersion atStart)
{
    private volatile ConfigurationVersion _current = atStart;

    public ConfigurationVersion Current => _current;

    public void Accepted(string hash, DateTimeOffset at, IReadOnlyList<string> needRestart) => _current = _current with
    {
        Hash = hash,
        AcceptedAt = at,
        NeedRestart = needRestart,
        RefusedAt = null,
        Errors = [],
        Accepted = _current.Accepted + 1,
    };

    public void Refused(IReadOnlyList<string> errors, DateTimeOffset at) => _current = _current with
    {
        RefusedAt = at,
        Errors = errors,
        Refused = _current.Refused + 1,
    };
}

/// <summary>The configuration in force, as of one moment.</summary>
/// <param name="Hash">The beginning of a digest of all settings: gateways with the same one are configured alike.</param>
/// <param name="AcceptedAt">When it was read.</param>
internal sealed record ConfigurationVersion(string Hash, DateTimeOffset AcceptedAt)
{
    /// <summary>The sections whose changes only a restart applies.</summary>
    public IReadOnlyList<string> NeedRestart { get; init; } = [];

    /// <summary>When the last change was refused; null if it was accepted.</summary>
    public DateTimeOffset? RefusedAt { get; init; }

    /// <summary>Why it was refused: paths and what to write instead, never a value.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    public long Accepted { get; init; }

    public long Refused { get; init; }
}
