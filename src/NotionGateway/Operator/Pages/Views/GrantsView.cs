using System.Globalization;
using NotionGateway.OAuth.Grants;
using NotionGateway.Operator.Status;

namespace NotionGateway.Operator.Pages.Views;

/// <summary>Which grants are listed. It comes from the address, so anybody may have written it.</summary>
internal sealed record GrantsFilter(string App, string State, string Name, CredentialName? After)
{
    private const int Longest = 100;

    public static GrantsFilter Read(Func<string, string?> query, IReadOnlySet<string> apps) => new(
        query("app") is { } app && apps.Contains(app) ? app : "",
        query("state") is "active" or "lost" ? query("state") ?? "" : "",
        (query("name") ?? "").Trim() is var name && name.Length > Longest ? name[..Longest] : name,
        CredentialName.TryParseGrant(query("after"), out var after) ? after : null);

    public bool Fits(Grant grant) =>
        (State.Length == 0 || State == GrantView.StateOf(grant))
        && (Name.Length == 0
            || grant.Name.Value.Contains(Name, StringComparison.OrdinalIgnoreCase)
            || grant.WorkspaceName?.Contains(Name, StringComparison.OrdinalIgnoreCase) == true
            || grant.Owner?.Contains(Name, StringComparison.OrdinalIgnoreCase) == true);
}

/// <summary>The stored grants of a filter, page by page.</summary>
internal sealed record GrantsView
{
    public required GrantsFilter Filter { get; init; }

    public required IReadOnlyList<string> Apps { get; init; }

    public required IReadOnlyList<GrantView> Grants { get; init; }

    /// <summary>How many there are, by app and state, in words.</summary>
    public required IReadOnlyList<string> Counts { get; init; }

    /// <summary>The address of the next page; null if this is the last.</summary>
    public required string? Next { get; init; }

    /// <summary>How long a link can be made to last, for the form.</summary>
    public required string LifeRule { get; init; }

    public static IReadOnlyList<string> CountsOf(IEnumerable<(string App, GrantState State, long Count)> counts) =>
    [
        .. counts.GroupBy(count => count.App, StringComparer.Ordinal).OrderBy(app => app.Key, StringComparer.Ordinal).Select(app =>
            StatusWords.Text($"{app.Key}: {Sum(app, GrantState.Active)} active, {Sum(app, GrantState.Lost)} lost")),
    ];

    private static long Sum(IEnumerable<(string App, GrantState State, long Count)> counts, GrantState state) =>
        counts.Where(count => count.State == state).Sum(count => count.Count);
}

/// <summary>A grant as operators see it.</summary>
internal sealed record GrantView
{
    public required CredentialName Grant { get; init; }

    /// <summary>The name without the app.</summary>
    public required string ShortName { get; init; }

    public required string State { get; init; }

    public required string StateTone { get; init; }

    public required string Workspace { get; init; }

    public required string WorkspaceId { get; init; }

    public required string Owner { get; init; }

    public required string Bot { get; init; }

    public required string Created { get; init; }

    public required string Refreshed { get; init; }

    public string Path => PagePaths.Of(Grant);

    public static string StateOf(Grant grant) => grant.State == GrantState.Active ? "active" : "lost";

    public static GrantView Of(Grant grant, DateTimeOffset now) => new()
    {
        Grant = grant.Name,
        ShortName = grant.Name.Value[(grant.App.Length + 1)..],
        State = StateOf(grant),
        StateTone = grant.State == GrantState.Active ? Tone.Good : Tone.Bad,
        Workspace = grant.WorkspaceName ?? "(without a name)",
        WorkspaceId = grant.WorkspaceId,
        Owner = grant.Owner ?? "-",
        Bot = grant.BotId,
        Created = grant.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
        Refreshed = StatusWords.Ago(now, grant.RefreshedAt),
    };
}
