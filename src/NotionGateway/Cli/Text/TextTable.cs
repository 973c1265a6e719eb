namespace NotionGateway.Cli.Text;

/// <summary>Lines up cells in columns.</summary>
internal static class TextTable
{
    private const int Widest = 48;

    public static void Write(TextWriter output, string[] headings, IReadOnlyList<string[]> rows)
    {
        // The first column is what other commands are given, and is never cut.
        string[][] all = [headings, .. rows.Select(row => row.Select((cell, column) => column == 0 ? cell : Cut(cell)).ToArray())];
        var widths = headings.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            output.WriteLine(string.Concat(row.Select((cell, column) => cell.PadRight(widths[column] + 2))).TrimEnd());
        }
    }

    private static string Cut(string cell) =>
        cell.Length <= Widest ? cell : $"{cell.AsSpan(0, char.IsHighSurrogate(cell[Widest - 2]) ? Widest - 2 : Widest - 1)}…";
}
