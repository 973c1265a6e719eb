using NotionGateway.Operator.Status;
using static NotionGateway.Operator.Status.StatusWords;

namespace NotionGateway.Cli.Text;

/// <summary>
/// Shows as much of a status as there is room for on a screen: of each part the most telling rows first, no line longer than the screen is wide, and
/// in the last line what is not shown.
/// </summary>
internal static class TopText
{
    /// <summary>Those before them are no news, and are not counted as missing.</summary>
    private const int MostRequests = 10;

    public static IReadOnlyList<string> Of(StatusSnapshot status, int width, int height)
    {
        var parts = PartsOf(status);
        var rows = Share(parts, height);
        var blocks = parts.Index()
            .Where(part => rows[part.Index] >= 0)
            .Select(part => part.Item.Lines(rows[part.Index], width).ToList())
            .Where(block => block.Count > 0)
            .ToList();
        if (NotShown(parts, rows, status.FurtherConnections) is { Length: > 0 } missing)
        {
            return [.. blocks.SelectMany(block => block), FittedLine.Sentence(missing, width)];
        }

        var isRoomy = blocks.Sum(block => block.Count + 1) <= height;
        return [.. blocks.SelectMany((block, index) => isRoomy && index > 0 ? block.Prepend("") : block)];
    }

    private static List<ScreenPart> PartsOf(StatusSnapshot status) =>
    [
        new ScreenPart { Row = "title", Sentences = [StatusText.Title(status)], Rank = 1 },
        new ScreenPart
        {
            Row = "verdict",
            Sentences =
            [
                .. status.Verdict.Where(verdict => !verdict.Ok).Select(StatusText.Verdict), .. status.Configuration.Errors.Select(StatusText.Error),
                .. status.Verdict.Where(verdict => verdict.Ok).Select(StatusText.Verdict),
            ],
            Least = 3,
        },
        .. status.Connections.Select((connection, index) => new ScreenPart
        {
            Row = "caller",
            Whole = "connection",
            Title = StatusTables.Title(connection),
            Table = StatusTables.Callers(connection),
            Least = index == 0 ? 3 : 1,
            Rank = index switch { 0 => 2, 1 => 5, _ => 7 + index },
        }),
        new ScreenPart { Row = "credential", Table = StatusTables.Credentials(status.Credentials.OrderBy(IsWell), status.At), Rank = 3 },
        new ScreenPart { Row = "denial reason", Table = StatusTables.Denials(status), Rank = 4 },
        new ScreenPart { Row = "request", Table = StatusTables.Requests(status with { Requests = [.. status.Requests.Take(MostRequests)] }), Rank = 6 },
    ];

    /// <summary>How many rows of each part are shown; -1 for one that is not shown at all. One line is left for what is not shown.</summary>
    private static int[] Share(List<ScreenPart> parts, int height)
    {
        var rows = Enumerable.Repeat(-1, parts.Count).ToArray();
        var left = height - 1;
        var byRank = parts.Index().OrderBy(part => part.Item.Rank).ToList();
        foreach (var (index, part) in byRank)
        {
            var least = Math.Min(part.Rows, Math.Min(part.Least, left - part.Head));
            if (least >= Math.Min(part.Rows, 1))
            {
                (rows[index], left) = (least, left - part.Head - least);
            }
        }

        foreach (var (index, part) in byRank.Where(part => rows[part.Index] >= 0))
        {
            var more = Math.Min(part.Rows - rows[index], left);
            (rows[index], left) = (rows[index] + more, left - more);
        }

        return rows;
    }

    private static bool IsWell(StatusCredential credential) =>
        credential is { State: "usable", Problem: null } && !(credential.LastUnauthorized > credential.LastSuccess);

    /// <summary>How many rows are missing, and of what; empty if none is.</summary>
    private static string NotShown(List<ScreenPart> parts, int[] rows, int furtherConnections)
    {
        var counts = parts.Index()
            .Select(part => rows[part.Index] < 0 && part.Item.Whole is { } whole ? (Word: whole, Count: 1)
                : (Word: part.Item.Row, Count: part.Item.Rows - Math.Max(0, rows[part.Index])))
            .Append((Word: "connection", Count: furtherConnections))
            .GroupBy(missing => missing.Word, StringComparer.Ordinal)
            .Select(same => (Word: same.Key, Count: same.Sum(missing => missing.Count)))
            .Where(missing => missing.Count > 0)
            .ToList();
        var list = string.Join(", ", counts.Select(missing => Count(missing.Count, missing.Word)));
        return counts.Count == 0 ? "" : $"{Count(counts.Sum(missing => missing.Count), "row")} not shown: {list}";
    }
}
