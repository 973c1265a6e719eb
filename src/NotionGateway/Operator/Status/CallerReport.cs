using NotionGateway.Access;

namespace NotionGateway.Operator.Status;

/// <summary>A configured caller: what it may do, and its keys with their last use.</summary>
internal sealed record StatusConfiguredCaller
{
    public string Name { get; init; } = "";

    public bool Disabled { get; init; }

    public string Permissions { get; init; } = "";

    /// <summary>What its requests use when they do not choose.</summary>
    public string? Credential { get; init; }

    public double Weight { get; init; }

    public double MaxWaitSeconds { get; init; }

    public IReadOnlyList<StatusKey> Keys { get; init; } = [];
}

/// <summary>A configured key, by the beginning of its hash.</summary>
/// <param name="Key">The first 8 hex digits of the hash.</param>
/// <param name="LastUsed">When it was last presented; null if not since the start.</param>
internal sealed record StatusKey(string Key, DateTimeOffset? LastUsed);

/// <summary>Reports the configured callers, in the order of their names.</summary>
internal sealed class CallerReport(Reloadable<AccessRules> rules, KeyUses uses)
{
    public IReadOnlyList<StatusConfiguredCaller> Report()
    {
        var current = rules.Current;
        var keys = current.Keys.ToLookup(key => key.Caller.Name, key => key.Key, StringComparer.Ordinal);
        return
        [
            .. current.Callers.Select(caller => new StatusConfiguredCaller
            {
                Name = caller.Name,
                Disabled = caller.Disabled,
                Permissions = caller.Permissions.ToString(),
                Credential = caller.Credential?.Value,
                Weight = caller.Weight,
                MaxWaitSeconds = caller.MaxWait.TotalSeconds,
                Keys = [.. keys[caller.Name].Select(Of).OrderBy(key => key.Key, StringComparer.Ordinal)],
            }),
        ];
    }

    private StatusKey Of(KeyDigest key) =>
        new(key.Short, uses.LastUsed(key) is > 0 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null);
}
