using Microsoft.AspNetCore.Components;

namespace NotionGateway.Operator.Pages;

/// <summary>The response to an operator's browser, and what the audit line says about it.</summary>
internal sealed record PageResponse
{
    private PageResponse()
    {
    }

    public required int Status { get; init; }

    /// <summary>How it ended, for the audit line: words and names, never a secret.</summary>
    public required string Outcome { get; init; }

    public Refusal? Refusal { get; init; }

    /// <summary>What is shown; for a refusal without it, the refusal.</summary>
    public RenderFragment? Content { get; init; }

    /// <summary>A file of the page instead, with its type.</summary>
    public (string ContentType, ReadOnlyMemory<byte> Bytes)? Asset { get; init; }

    /// <summary>Where the browser goes instead; always one of the page's own paths.</summary>
    public string? Location { get; init; }

    /// <summary>The live parts of this page instead, second by second.</summary>
    public IAsyncEnumerable<System.Net.ServerSentEvents.SseItem<string>>? Events { get; init; }

    public static PageResponse Show(RenderFragment content) => new() { Status = 200, Outcome = "shown", Content = content };

    public static PageResponse File(string contentType, ReadOnlyMemory<byte> bytes) => new() { Status = 200, Outcome = "shown", Asset = (contentType, bytes) };

    public static PageResponse Stream(IAsyncEnumerable<System.Net.ServerSentEvents.SseItem<string>> events) =>
        new() { Status = 200, Outcome = "streamed", Events = events };

    public static PageResponse GoTo(string path, string outcome) => new() { Status = 303, Outcome = outcome, Location = path };

    public static PageResponse No(Refusal refusal, RenderFragment? content = null) =>
        new() { Status = refusal.Reason.Status, Outcome = refusal.Reason.Name, Refusal = refusal, Content = content };

    /// <summary>A response of the API, whose refusal is shown as a page.</summary>
    public static PageResponse Of(OperatorResponse response) =>
        new() { Status = response.Status, Outcome = response.Outcome, Refusal = response.Refusal };

    /// <summary>What the audit line says.</summary>
    public OperatorResponse ForAudit() => new() { Status = Status, Outcome = Outcome, Refusal = Refusal };
}
