using System.Globalization;
using NotionGateway.Operator.Status;

namespace NotionGateway.Operator.Pages.Views;

/// <summary>The remembered requests that fit a filter, the newest first.</summary>
internal sealed record RequestsView
{
    private const int Most = 100;

    public required RequestFilter Filter { get; init; }

    public required IReadOnlyList<RequestView> Requests { get; init; }

    /// <summary>How many fit, shown or not.</summary>
    public required int Found { get; init; }

    /// <summary>How many are remembered.</summary>
    public required int Remembered { get; init; }

    /// <summary>What the filter can be set to.</summary>
    public required IReadOnlyList<string> Callers { get; init; }

    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>The causes of the last minute's denials, where they are shown too.</summary>
    public IReadOnlyList<DenialCauseView> Causes { get; init; } = [];

    /// <summary>All requests: those that reached Notion, and those that were denied.</summary>
    public static RequestsView OfAll(StatusSnapshot status, RequestFilter filter) =>
        Of(
            [
                .. status.Requests.Concat(status.Denials)
                    .DistinctBy(request => request.Id, StringComparer.Ordinal)
                    .OrderByDescending(request => request.At),
            ],
            filter);

    /// <summary>The denials, with their causes.</summary>
    public static RequestsView OfDenials(StatusSnapshot status, RequestFilter filter) =>
        Of(status.Denials, filter) with { Causes = DenialCauseView.Of(status, RecentRequests.MostDenials) };

    private static RequestsView Of(IReadOnlyList<StatusRequest> all, RequestFilter filter)
    {
        var found = all.Where(filter.Fits).ToList();
        return new RequestsView
        {
            Filter = filter,
            Requests = [.. found.Take(Most).Select(RequestView.Of)],
            Found = found.Count,
            Remembered = all.Count,
            Callers = Choices(all.Select(request => request.Caller), filter.Caller),
            Reasons = Choices(all.Select(request => request.Reason).OfType<string>(), filter.Reason),
        };
    }

    private static List<string> Choices(IEnumerable<string> there, string chosen) =>
        [.. there.Append(chosen).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

/// <summary>A request that has ended.</summary>
internal sealed record RequestView
{
    public required string At { get; init; }

    public required string Caller { get; init; }

    public required string Credential { get; init; }

    public required string Operation { get; init; }

    public required string Status { get; init; }

    public required string StatusTone { get; init; }

    public required string Reason { get; init; }

    /// <summary>What the caller was told; null if the gateway did not deny it.</summary>
    public required string? Message { get; init; }

    public required string Queue { get; init; }

    public required string Notion { get; init; }

    public required string Sent { get; init; }

    public required string Total { get; init; }

    public required string Id { get; init; }

    public required string NotionId { get; init; }

    public required string Key { get; init; }

    public required string Peer { get; init; }

    public static RequestView Of(StatusRequest request) => new()
    {
        At = request.At.UtcDateTime.ToString("HH:mm:ss.ff", CultureInfo.InvariantCulture),
        Caller = request.Caller,
        Credential = request.Credential,
        Operation = request.Operation,
        Status = StatusWords.Text($"{request.Status}"),
        StatusTone = request.Status >= 500 ? Tone.Bad : request.Status >= 400 ? Tone.Warn : Tone.Quiet,
        Reason = request.Reason ?? "",
        Message = request.Message,
        Queue = StatusWords.Wait(request.QueueMs),
        Notion = StatusWords.Wait(request.NotionMs),
        Sent = StatusWords.Sent(request),
        Total = StatusWords.Wait(request.TotalMs),
        Id = request.Id,
        NotionId = request.NotionId ?? "-",
        Key = request.Key ?? "-",
        Peer = request.Peer ?? "-",
    };
}
