using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using NotionGateway.Browsers;
using NotionGateway.Operator.Sessions;

namespace NotionGateway.Operator.Pages;

/// <summary>
/// The live parts of a page, rendered each second and sent where they have changed. A session has one such stream: where another begins, the
/// first ends.
/// </summary>
internal sealed class PageLive(PageContent content, HtmlPages pages, OperatorSessions sessions, IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>The session has another live view by now.</summary>
    public const string Moved = "moved";

    /// <summary>The session has ended.</summary>
    public const string Gone = "gone";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>What all sessions that look at the same page share: it is rendered once a second for all of them.</summary>
    private readonly BoundedCache<string, Lazy<Task<IReadOnlyList<(string Id, string Html)>>>> _rendered =
        new(OperatorSessions.Most, TimeSpan.FromSeconds(0.9), time);

    /// <summary>What a browser gets that is not signed in: the word to ask for the page again.</summary>
    public static async IAsyncEnumerable<SseItem<string>> NotSignedInAsync()
    {
        await Task.CompletedTask;
        yield return new SseItem<string>("", Gone);
    }

    public async IAsyncEnumerable<SseItem<string>> FollowAsync(
        string sessionId,
        OperatorSession session,
        string path,
        (string Text, Func<string, string?> Find) query,
        [EnumeratorCancellation] CancellationToken hungUp)
    {
        var view = session.BeginLive();
        var shown = new Dictionary<string, string>(StringComparer.Ordinal);

        // An open stream must not hold up the end of the program.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(hungUp, lifetime.ApplicationStopping);
        do
        {
            if (sessions.Find(sessionId) is null || !session.IsLive(view))
            {
                yield return new SseItem<string>("", sessions.Find(sessionId) is null ? Gone : Moved);
                yield break;
            }

            if (Changed(await RenderedAsync(path, query), shown) is { Length: > 0 } html)
            {
                yield return new SseItem<string>(html);
            }
        }
        while (await WaitAsync(end.Token));
    }

    /// <summary>Until the next look; false at the end.</summary>
    private async Task<bool> WaitAsync(CancellationToken end)
    {
        try
        {
            await Task.Delay(Interval, time, end);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The parts that are not what was sent before, as one text.</summary>
    private static string Changed(IReadOnlyList<(string Id, string Html)> parts, Dictionary<string, string> shown)
    {
        var changed = new StringBuilder();
        foreach (var (id, html) in parts)
        {
            if (!shown.TryGetValue(id, out var before) || before != html)
            {
                shown[id] = html;
                changed.Append("<div id=\"").Append(id).Append("\">").Append(html).Append("</div>");
            }
        }

        return changed.ToString();
    }

    private Task<IReadOnlyList<(string Id, string Html)>> RenderedAsync(string path, (string Text, Func<string, string?> Find) query)
    {
        var address = path + query.Text;
        if (!_rendered.TryGet(address, out var parts))
        {
            parts = new Lazy<Task<IReadOnlyList<(string Id, string Html)>>>(() => RenderAsync(content.Find(path, query.Find)));
            _rendered.Set(address, parts);
        }

        return parts.Value;
    }

    private async Task<IReadOnlyList<(string Id, string Html)>> RenderAsync(PageBody? page)
    {
        var parts = new List<(string Id, string Html)>();
        foreach (var (id, part) in page?.Parts ?? [])
        {
            parts.Add((id, await pages.RenderAsync(part)));
        }

        return parts;
    }
}
