using System.CommandLine;

namespace NotionGateway.Terminal;

/// <summary>The command line: what can be typed after <c>notion-gateway</c>.</summary>
internal static class GatewayCommands
{
    public static Task<int> InvokeAsync(string[] args, IProcessEnvironment environment, TextWriter? output = null, TextWriter? error = null, TextReader? person = null)
    {
        var root = RunCommand.Create(environment);
        root.Subcommands.Add(KeyCommand.Create());
        root.Subcommands.Add(CheckCommand.Create(environment));
        root.Subcommands.Add(ExplainCommand.Create(environment));
        root.Subcommands.Add(ConnectCommand.Create(environment));
        root.Subcommands.Add(GrantsCommand.Create(environment, person));
        root.Subcommands.Add(HealthcheckCommand.Create(environment));

        // Signals belong to the host, which leaves in order; the parser would cut that short.
        var configuration = new InvocationConfiguration { ProcessTerminationTimeout = null };
        configuration.Output = output ?? configuration.Output;
        configuration.Error = error ?? configuration.Error;
        return root.Parse(args).InvokeAsync(configuration);
    }

    // The seam: who may be asked comes in here; commands are told.
#pragma warning disable RS0030
    /// <summary>Whoever sits at the terminal; null where nobody does.</summary>
    public static TextReader? PersonAtTerminal() => Console.IsInputRedirected ? null : Console.In;
#pragma warning restore RS0030
}
