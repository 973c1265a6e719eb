using Microsoft.AspNetCore.WebUtilities;
using NotionGateway.Operator.Status;

namespace NotionGateway.Operator.Pages.Views;

/// <summary>Denials of the last minute with one cause.</summary>
internal sealed record DenialCauseView
{
    public const int FewCauses = 10;

    public required string Caller { get; init; }

    public required string Reason { get; init; }

    public required long Count { get; init; }

    public required string Key { get; init; }

    public required string Peer { get; init; }

    public required string LastId { get; init; }

    /// <summary>The page with the single denials of this cause.</summary>
    public required string Path { get; init; }

    public static IReadOnlyList<DenialCauseView> Of(StatusSnapshot status, int most) =>
    [
        .. status.DenialsLastMinute.Take(most).Select(denials => new DenialCauseView
        {
            Caller = denials.Caller,
            Reason = denials.Reason,
            Count = denials.Count,
            Key = denials.Key ?? "-",
            Peer = denials.LastPeer ?? "-",
            LastId = denials.LastId ?? "-",
            Path = QueryHelpers.AddQueryString(
                PagePaths.Denials,
                new Dictionary<string, string?>(StringComparer.Ordinal) { ["caller"] = denials.Caller, ["reason"] = denials.Reason }),
        }),
    ];
}
