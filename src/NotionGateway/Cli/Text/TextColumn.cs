namespace NotionGateway.Cli.Text;

/// <summary>A column of a table, and what may become of it where there is little room.</summary>
/// <param name="Heading">What stands above it.</param>
internal sealed record TextColumn(string Heading)
{
    /// <summary>The heading where the other is too long.</summary>
    public string Short { get; init; } = Heading;

    /// <summary>How narrow its cells may be cut; 0 for what is worth nothing when it is cut, such as numbers.</summary>
    public int Narrowest { get; init; }

    /// <summary>The order in which columns go: the highest first, and 0 stays.</summary>
    public int Goes { get; init; }
}
