namespace NotionGateway.Cli.Text;

/// <summary>A part of what fills a screen: what stands above its rows, and the rows, the most telling first.</summary>
internal sealed record ScreenPart
{
    /// <summary>What one of its rows is called where it is not shown.</summary>
    public required string Row { get; init; }

    /// <summary>What the part is called where nothing of it is shown; null if its rows are counted then too.</summary>
    public string? Whole { get; init; }

    /// <summary>The line above the rows.</summary>
    public IReadOnlyList<LinePart> Title { get; init; } = [];

    public StatusTable? Table { get; init; }

    /// <summary>Rows that are sentences, where there is no table.</summary>
    public IReadOnlyList<string> Sentences { get; init; } = [];

    /// <summary>So many of its rows have room before another part may have more.</summary>
    public int Least { get; init; } = 2;

    /// <summary>Which part has room first: the lowest.</summary>
    public int Rank { get; init; }

    public int Rows => Table?.Rows.Count ?? Sentences.Count;

    /// <summary>How many lines stand above the rows.</summary>
    public int Head => (Title.Count > 0 ? 1 : 0) + (Table is { Rows.Count: > 0 } ? 1 : 0);

    public IEnumerable<string> Lines(int rows, int width) =>
    [
        .. Title.Count > 0 ? [FittedLine.Of(Title, width)] : (string[])[],
        .. Table is { Rows.Count: > 0 } table
            ? FittedTable.Lines(table.Columns, [.. table.Rows.Take(rows)], width)
            : Sentences.Take(rows).Select(sentence => FittedLine.Sentence(sentence, width)),
    ];
}
