using System.Globalization;

namespace NotionGateway.Operator.Status;

/// <summary>How lengths of time and shares are written for people, in the terminal and on the page.</summary>
internal static class StatusWords
{
    public static string Wait(double milliseconds) =>
        milliseconds >= 1000 ? Text($"{milliseconds / 1000:0.0} s") : milliseconds == 0 ? "-" : Text($"{milliseconds:0} ms");

    public static string Span(double seconds) =>
        seconds < 10 ? Text($"{seconds:0.0} s")
        : seconds < 120 ? Text($"{seconds:0} s")
        : seconds < 7200 ? Text($"{seconds / 60:0} min")
        : seconds < 172_800 ? Text($"{seconds / 3600:0} h")
        : Text($"{seconds / 86_400:0} d");

    /// <summary>How often it was sent to Notion; or how it was answered without that.</summary>
    public static string Sent(StatusRequest request) =>
        request is not { Sent: 0, Reason: null, Status: < 400 } ? Text($"{request.Sent}x") : request.Outcome == "cached" ? "cached" : "joined";

    public static string Ago(DateTimeOffset now, DateTimeOffset? at) => at is { } then ? $"{Span(Math.Max(0, (now - then).TotalSeconds))} ago" : "-";

    public static string Percent(double part) => Text($"{100 * part:0} %");

    /// <summary>How much of what was sent to Notion failed, in percent with one digit.</summary>
    public static string Failed(StatusUse use) => Text($"{(use.Sent == 0 ? 0 : 100.0 * use.Failed / use.Sent):0.#} % failed");

    /// <summary>So many of something: <c>1 request</c>, <c>2 requests</c>.</summary>
    public static string Count(long count, string one, string? several = null) => Text($"{count} ") + (count == 1 ? one : several ?? $"{one}s");

    /// <summary>The text, cut so that it has at most so many characters, of which the last one says that it was cut.</summary>
    public static string Cut(string text, int most) =>
        text.Length <= most ? text : $"{text.AsSpan(0, most > 1 && char.IsHighSurrogate(text[most - 2]) ? most - 2 : Math.Max(0, most - 1))}…";

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
