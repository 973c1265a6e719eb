using NotionGateway.Operator.Status;

namespace NotionGateway.Operator.Pages.Views;

/// <summary>The configured callers, what they may do, and their keys with their last use.</summary>
internal sealed record CallersView
{
    public required IReadOnlyList<ConfiguredCallerView> Callers { get; init; }

    /// <summary>The moment that the page describes.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>For how long the gateway has taken note of keys.</summary>
    public required string Up { get; init; }

    public static CallersView Of(IReadOnlyList<StatusConfiguredCaller> callers, DateTimeOffset startedAt, DateTimeOffset now) => new()
    {
        At = now,
        Up = StatusWords.Span(Math.Max(0, (now - startedAt).TotalSeconds)),
        Callers = [.. callers.Select(caller => ConfiguredCallerView.Of(caller, startedAt, now))],
    };
}

/// <summary>A configured caller.</summary>
internal sealed record ConfiguredCallerView
{
    public required string Name { get; init; }

    public required bool Disabled { get; init; }

    public required string Permissions { get; init; }

    public required string Credential { get; init; }

    public required string Weight { get; init; }

    public required string MaxWait { get; init; }

    public required IReadOnlyList<KeyView> Keys { get; init; }

    public static ConfiguredCallerView Of(StatusConfiguredCaller caller, DateTimeOffset startedAt, DateTimeOffset now)
    {
        // A second key that nobody presents while another is in use is left over from a rotation.
        var hasUsedKey = caller.Keys.Any(key => key.LastUsed is { } at && now - at < KeyView.LongUnused);
        return new ConfiguredCallerView
        {
            Name = caller.Name,
            Disabled = caller.Disabled,
            Permissions = caller.Permissions,
            Credential = caller.Credential ?? "must choose",
            Weight = StatusWords.Text($"{caller.Weight}"),
            MaxWait = StatusWords.Span(caller.MaxWaitSeconds),
            Keys = [.. caller.Keys.Select(key => KeyView.Of(key, hasUsedKey, startedAt, now))],
        };
    }
}

/// <summary>A key of a caller.</summary>
/// <param name="Key">The first 8 hex digits of its hash.</param>
/// <param name="LastUsed">When it was last presented, in words.</param>
/// <param name="MayGo">Whether it looks left over: unused for long while another key of the caller is in use.</param>
internal sealed record KeyView(string Key, string LastUsed, bool MayGo)
{
    public static readonly TimeSpan LongUnused = TimeSpan.FromDays(30);

    public static KeyView Of(StatusKey key, bool hasUsedKey, DateTimeOffset startedAt, DateTimeOffset now) => new(
        key.Key,
        key.LastUsed is { } at ? $"used {StatusWords.Ago(now, at)}" : "not used since the start",
        hasUsedKey && now - (key.LastUsed ?? startedAt) >= LongUnused);
}
