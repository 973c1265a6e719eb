namespace NotionSandbox;

/// <summary>Where the executable begins.</summary>
internal static class Program
{
    public static Task<int> Main(string[] arguments)
    {
#pragma warning disable RS0030 // The one place where the program meets the terminal: from here on there is only a TextWriter.
        return new SandboxCommand(Console.Out).RunAsync(arguments);
#pragma warning restore RS0030
    }
}
