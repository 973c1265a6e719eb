using Microsoft.AspNetCore.WebUtilities;
using NotionGateway.Operator.Status;

namespace NotionGateway.Operator.Pages.Views;

/// <summary>Which of the remembered requests are shown. It comes from the address, so anybody may have written it.</summary>
internal sealed record RequestFilter
{
    private const int Longest = 100;

    public string Caller { get; init; } = "";

    /// <summary>A status such as 429, or a class such as 4xx.</summary>
    public string Status { get; init; } = "";

    public string Reason { get; init; } = "";

    /// <summary>The beginning of an id, the gateway's or Notion's.</summary>
    public string Id { get; init; } = "";

    public bool IsEmpty => this == new RequestFilter();

    /// <summary>Reads the query; what is not known is ignored.</summary>
    public static RequestFilter Read(Func<string, string?> query) => new()
    {
        Caller = Text(query("caller")),
        Status = Text(query("status")),
        Reason = Text(query("reason")),
        Id = Text(query("id")),
    };

    public bool Fits(StatusRequest request) =>
        (Caller.Length == 0 || request.Caller == Caller)
        && (Status.Length == 0 || HasStatus(request.Status))
        && (Reason.Length == 0 || request.Reason == Reason)
        && (Id.Length == 0 || StartsWithId(request.Id) || StartsWithId(request.NotionId));

    /// <summary>A page with this filter in its address.</summary>
    public string On(string path) => QueryHelpers.AddQueryString(
        path,
        new[] { ("caller", Caller), ("status", Status), ("reason", Reason), ("id", Id) }
            .Where(part => part.Item2.Length > 0)
            .Select(part => KeyValuePair.Create(part.Item1, (string?)part.Item2)));

    private static string Text(string? text) => (text ?? "").Trim() is var trimmed && trimmed.Length > Longest ? trimmed[..Longest] : trimmed;

    private bool HasStatus(int status)
    {
        var text = StatusWords.Text($"{status}");
        return text == Status || (Status.EndsWith("xx", StringComparison.Ordinal) && text[0] == Status[0]);
    }

    private bool StartsWithId(string? id) => id?.StartsWith(Id, StringComparison.OrdinalIgnoreCase) == true;
}
