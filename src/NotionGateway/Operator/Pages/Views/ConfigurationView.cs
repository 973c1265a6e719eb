using System.Globalization;
using NotionGateway.Operator.Status;

namespace NotionGateway.Operator.Pages.Views;

/// <summary>Which configuration runs, and what became of the last change.</summary>
internal sealed record ConfigurationView
{
    public required string Hash { get; init; }

    public required string Accepted { get; init; }

    /// <summary>When a change was refused since; null if none was.</summary>
    public required string? Refused { get; init; }

    public required IReadOnlyList<string> Errors { get; init; }

    public required IReadOnlyList<string> NeedRestart { get; init; }

    public static ConfigurationView Of(StatusSnapshot status) => new()
    {
        Hash = status.Configuration.Hash,
        Accepted = Moment(status, status.Configuration.AcceptedAt),
        Refused = status.Configuration.RefusedAt is { } refused ? Moment(status, refused) : null,
        Errors = status.Configuration.Errors,
        NeedRestart = status.Configuration.NeedRestart,
    };

    private static string Moment(StatusSnapshot status, DateTimeOffset at) =>
        $"{at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)}, {StatusWords.Ago(status.At, at)}";
}
