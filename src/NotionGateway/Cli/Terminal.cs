namespace NotionGateway.Cli;

/// <summary>What a command can use of its standard streams beside its output; passed in, as time and environment are.</summary>
/// <param name="Input">Standard input.</param>
/// <param name="HasPerson">Whether a person types there.</param>
internal sealed record Terminal(TextReader Input, bool HasPerson)
{
    /// <summary>A process without a terminal and without input.</summary>
    public static readonly Terminal None = new(TextReader.Null, HasPerson: false);

    /// <summary>Reads a line that a person types, without showing it.</summary>
    public Func<string?> ReadHidden { get; init; } = () => null;

    /// <summary>Columns and rows of the screen that the output goes to; null if it goes elsewhere.</summary>
    public Func<(int Columns, int Rows)?> Screen { get; init; } = () => null;

    public TextReader? Person => HasPerson ? Input : null;

    // The console is used here, and passed on from here; tests pass their own.
#pragma warning disable RS0030
    public static Terminal OfProcess() => new(Console.In, !Console.IsInputRedirected)
    {
        ReadHidden = ReadHiddenLine,
        Screen = () => Console.IsOutputRedirected ? null : Size(),
    };

    /// <summary>A terminal that does not know its size is taken for a small one.</summary>
    private static (int Columns, int Rows) Size()
    {
        var (columns, rows) = (Console.WindowWidth, Console.WindowHeight);
        return (columns > 0 ? columns : 100, rows > 0 ? rows : 24);
    }

    private static string? ReadHiddenLine()
    {
        var line = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key != ConsoleKey.Backspace)
            {
                line.Append(key.KeyChar);
            }
            else if (line.Length > 0)
            {
                line.Length--;
            }
        }

        return line.ToString();
    }
#pragma warning restore RS0030
}
