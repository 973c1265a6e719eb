using NotionGateway.Operator.Status;

namespace NotionGateway.Cli.Text;

/// <summary>
/// Lines up cells in a screen that may be narrow: headings are shortened first, then texts from the right, and then the column goes that is needed
/// least. A number is never cut.
/// </summary>
internal static class FittedTable
{
    /// <summary>On narrower screens one space between columns must do.</summary>
    private const int Narrow = 60;

    /// <summary>The headings and the rows, none of them longer than the width.</summary>
    public static IReadOnlyList<string> Lines(IReadOnlyList<TextColumn> columns, IReadOnlyList<string[]> rows, int width)
    {
        var gap = width < Narrow ? 1 : 2;
        var kept = Enumerable.Range(0, columns.Count).ToList();
        while (true)
        {
            if (Widths(columns, rows, kept, isShort: false) is var full && Total(full, gap) <= width)
            {
                return Print(columns, rows, kept, full, gap, isShort: false);
            }

            var widths = Widths(columns, rows, kept, isShort: true);
            if (Shrink(columns, kept, widths, Total(widths, gap) - width))
            {
                return Print(columns, rows, kept, widths, gap, isShort: true);
            }

            var least = kept.MaxBy(index => columns[index].Goes);
            if (columns[least].Goes == 0)
            {
                // Narrower than any terminal that people read: what is left of the first columns.
                return [.. Print(columns, rows, kept, widths, gap, isShort: true).Select(line => line.Length <= width ? line : line[..width])];
            }

            kept.Remove(least);
        }
    }

    private static int[] Widths(IReadOnlyList<TextColumn> columns, IReadOnlyList<string[]> rows, List<int> kept, bool isShort) =>
        [.. kept.Select(index => rows.Select(row => row[index].Length).Append(HeadingOf(columns[index], isShort).Length).Max())];

    private static string HeadingOf(TextColumn column, bool isShort) => isShort ? column.Short : column.Heading;

    private static int Total(int[] widths, int gap) => widths.Sum() + (gap * (widths.Length - 1));

    /// <summary>Takes so much away from columns that may be cut, the last first; false if that is not possible.</summary>
    private static bool Shrink(IReadOnlyList<TextColumn> columns, List<int> kept, int[] widths, int excess)
    {
        for (var at = kept.Count - 1; at >= 0 && excess > 0; at--)
        {
            if (columns[kept[at]] is { Narrowest: > 0 } column)
            {
                var least = Math.Min(widths[at], Math.Max(column.Narrowest, column.Short.Length));
                var taken = Math.Min(excess, widths[at] - least);
                (widths[at], excess) = (widths[at] - taken, excess - taken);
            }
        }

        return excess <= 0;
    }

    private static List<string> Print(
        IReadOnlyList<TextColumn> columns, IReadOnlyList<string[]> rows, List<int> kept, int[] widths, int gap, bool isShort)
    {
        var headings = columns.Select(column => HeadingOf(column, isShort)).ToArray();
        return
        [
            .. rows.Prepend(headings).Select(row => string.Concat(
                kept.Select((index, at) => StatusWords.Cut(row[index], widths[at]).PadRight(widths[at] + gap))).TrimEnd()),
        ];
    }
}
