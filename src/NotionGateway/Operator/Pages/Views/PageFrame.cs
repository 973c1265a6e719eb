using NotionGateway.Operator.Sessions;
using NotionGateway.Operator.Status;

namespace NotionGateway.Operator.Pages.Views;

/// <summary>What stands around every page for somebody who is signed in.</summary>
internal sealed record PageFrame
{
    public required string Title { get; init; }

    /// <summary>The path in the navigation that this page belongs to.</summary>
    public required string Place { get; init; }

    public required string Instance { get; init; }

    public required string Version { get; init; }

    public required string Up { get; init; }

    public required OperatorSession Session { get; init; }

    /// <summary>Whether there are OAuth apps, and so a page of grants.</summary>
    public required bool HasGrants { get; init; }

    /// <summary>Where the live parts of the page come from, with its query; null if it has none.</summary>
    public string? Live { get; init; }

    /// <summary>After so many seconds a browser without script asks again.</summary>
    public int? Refresh { get; init; }

    public PageNotice? Notice { get; init; }

    public IReadOnlyList<PageLink> Navigation =>
    [
        Link(PagePaths.Overview, "Overview"), Link(PagePaths.Callers, "Callers"), Link(PagePaths.Denials, "Denials"),
        Link(PagePaths.Requests, "Requests"), Link(PagePaths.Explain, "Explain"),
        .. HasGrants ? [Link(PagePaths.Grants, "Grants")] : (PageLink[])[],
        Link(PagePaths.Configuration, "Configuration"),
    ];

    public static string UpFor(TimeSpan up) => StatusWords.Span(Math.Max(0, up.TotalSeconds));

    private PageLink Link(string path, string text) => new(path, text, path == Place);
}

/// <summary>A link of the navigation.</summary>
internal sealed record PageLink(string Path, string Text, bool IsHere);
