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
        Title(status),
        "",
        .. status.Verdict.Select(Verdict),
        .. status.Configuration.Errors.Take(MostErrors).Select(Error),
        .. Further(status.Configuration.Errors.Count - MostErrors, "error"),
        .. status.Connections.Take(MostConnections).SelectMany(Of),
        .. Further(status.Connections.Count + status.FurtherConnections - MostConnections, "connection"),
        "",
        .. Lines(StatusTables.Credentials(status.Credentials, status.At)),
        .. status.DenialsLastMinute.Count == 0 ? [] : (IEnumerable<string>)["", .. Lines(StatusTables.Denials(status), MostDenials)],
        .. Further(status.DenialsLastMinute.Count - MostDenials, "kind of denials", "kinds of denials"),
        "",
        .. Lines(StatusTables.Requests(status), MostRequests),
    ];

    public static string Title(StatusSnapshot status) =>
        $"Notion Gateway  {Plain(status.Instance)}  {Plain(status.GatewayVersion)}  up {Span(Math.Max(0, (status.At - status.StartedAt).TotalSeconds))}"
        + StatusWords.Text($"  {status.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");

    public static string Verdict(StatusVerdict verdict) => $"{(verdict.Ok ? "  ok " : "  !! ")}{Plain(verdict.Text)}";

    /// <summary>An error of a refused configuration, below its verdict.</summary>
    public static string Error(string error) => $"       {Plain(error)}";

    private static IEnumerable<string> Of(StatusConnection connection) =>
    [
        "",
        string.Join("  ", StatusTables.Title(connection).Select(part => part.Text)),
        .. Lines(StatusTables.Callers(connection), MostCallers),
        .. Further(connection.Callers.Count - MostCallers, "caller"),
    ];

    private static string[] Lines(StatusTable table, int most = int.MaxValue)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        TextTable.Write(text, [.. table.Columns.Select(column => column.Heading)], [.. table.Rows.Take(most)]);
        return [.. text.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd('\r'))];
    }

    private static string[] Further(int count, string one, string? several = null) => count <= 0 ? [] :
        [$"  and {Count(count, $"more {one}", $"more {several ?? $"{one}s"}")}: status --json lists {(count == 1 ? "it" : "them")}"];

    private static string Plain(string text) => PlainText.Of(text);
}
