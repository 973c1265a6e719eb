using NotionGateway.Operator.Status;

namespace NotionGateway.Cli.Text;

/// <summary>Lines up cells in columns.</summary>
internal static class TextTable
{
    private const int Widest = 48;

    public static void Write(TextWriter output, string[] headings, IReadOnlyList<string[]> rows)
    {
        // The first column is what other commands are given, and is never cut.
        string[][] all = [headings, .. rows.Select(row => row.Select((cell, column) => column == 0 ? cell : StatusWords.Cut(cell, Widest)).ToArray())];
        var widths = headings.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            output.WriteLine(string.Concat(row.Select((cell, column) => cell.PadRight(widths[column] + 2))).TrimEnd());
        }
    }
}
