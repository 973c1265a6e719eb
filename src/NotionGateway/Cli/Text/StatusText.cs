using System.Globalization;
using NotionGateway.Operator.Status;
using static NotionGateway.Operator.Status.StatusWords;

namespace NotionGateway.Cli.Text;

/// <summary>Shows a status to a person: first what is wrong, then who waits, the credentials, the denials and the last requests.</summary>
internal static class StatusText
{
    private const int MostErrors = 5;
    private const int MostConnections = 10;
    private const int MostCallers = 10;
    private const int MostDenials = 8;
    private const int MostRequests = 10;

    public static IReadOnlyList<string> Of(StatusSnapshot status) =>
    [
        $"Notion Gateway  {Plain(status.Instance)}  {Plain(status.GatewayVersion)}  up {Up(status.At - status.StartedAt)}"
            + Text($"  {status.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"),
        "",
        .. status.Verdict.Select(verdict => $"{(verdict.Ok ? "  ok " : "  !! ")}{Plain(verdict.Text)}"),
        .. status.Configuration.Errors.Take(MostErrors).Select(error => $"       {Plain(error)}"),
        .. Further(status.Configuration.Errors.Count - MostErrors, "errors"),
        .. status.Connections.Take(MostConnections).SelectMany(Of),
        .. Further(status.Connections.Count + status.FurtherConnections - MostConnections, "connections"),
        "",
        .. Table(
            ["CREDENTIAL", "STATE", "SOURCE", "READ", "LAST SUCCESS", "LAST 401", "BOT"],
            status.Credentials.Select(credential => new[]
            {
                credential.Name, credential.State, credential.Source, credential.SourceAgeSeconds is { } age ? $"{Span(age)} ago" : "-",
                Ago(status.At, credential.LastSuccess), Ago(status.At, credential.LastUnauthorized), credential.BotId ?? "-",
            })),
        .. status.DenialsLastMinute.Count == 0 ? [] : (IEnumerable<string>)
        [
            "",
            .. Table(
                ["DENIED (60 s)", "COUNT", "CALLER", "KEY", "LAST PEER", "LAST ID"],
                status.DenialsLastMinute.Take(MostDenials).Select(denials => new[]
                {
                    denials.Reason, Text($"{denials.Count}"), denials.Caller, denials.Key ?? "-", denials.LastPeer ?? "-", denials.LastId ?? "-",
                })),
            .. Further(status.DenialsLastMinute.Count - MostDenials, "kinds of denials"),
        ],
        "",
        .. Table(
            ["ENDED", "CALLER", "CREDENTIAL", "OPERATION", "STATUS", "QUEUE", "NOTION", "SENT", "ID"],
            status.Requests.Take(MostRequests).Select(request => new[]
            {
                Text($"{request.At.UtcDateTime:HH:mm:ss.f}"), request.Caller, request.Credential, request.Operation,
                Text($"{request.Status}{(request.Reason is null ? "" : " " + request.Reason)}"), Wait(request.QueueMs), Wait(request.NotionMs),
                Sent(request), request.Id,
            })),
    ];

    /// <summary>A table, each cell of it safe for a terminal.</summary>
    public static IEnumerable<string> Table(string[] headings, IEnumerable<string[]> rows)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        TextTable.Write(text, headings, [.. rows.Select(row => row.Select(Plain).ToArray())]);
        return [.. text.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd('\r'))];
    }

    private static IEnumerable<string> Of(StatusConnection connection) =>
    [
        "",
        Plain($"CONNECTION {string.Join(", ", connection.Credentials)}"
            + Text($"  window {connection.WindowUsed}/{connection.WindowLimit}  waiting {connection.Waiting}")
            + (connection.Waiting > 0 ? $", oldest {Span(connection.OldestSeconds)}" : "")
            + string.Concat(connection.Pauses.Select(pause => $"  paused ({pause.Level}) {Span(pause.SecondsLeft)}"))
            + Saved(connection.LastMinute) + Notion(connection.LastMinute)),
        .. Table(
            ["  CALLER", "SHARE", "SENT (60 s)", "TURNED AWAY", "WEIGHT", "WAITING", "OLDEST", "NEXT WAITS"],
            connection.Callers.Take(MostCallers).Select(caller => new[]
            {
                $"  {caller.Caller}", Percent(caller.Share), Text($"{caller.LastMinute.Sent}"), Text($"{caller.LastMinute.TurnedAway}"),
                Text($"{caller.Weight}"), Text($"{caller.Waiting}"), caller.Waiting == 0 ? "-" : Span(caller.OldestSeconds), Span(caller.NextWaitsSeconds),
            })),
        .. Further(connection.Callers.Count - MostCallers, "callers"),
    ];

    private static string Saved(StatusUse use) => use.FromMemory + use.Joined is > 0 and var saved ? Text($"  no permit needed {saved}") : "";

    private static string Notion(StatusUse use) => use.Sent == 0 ? "" : Text(
        $"  Notion {use.NotionMeanMs:0} ms, slowest {use.NotionSlowestMs:0} ms, {Failed(use)}");

    private static string[] Further(int count, string what) => count > 0 ? [Text($"  and {count} more {what}: status --json lists them")] : [];

    private static string Up(TimeSpan up) => Span(Math.Max(0, up.TotalSeconds));

    private static string Plain(string text) => PlainText.Of(text);

    private static string Text(FormattableString text) => StatusWords.Text(text);
}
