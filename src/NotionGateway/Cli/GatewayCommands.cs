using System.CommandLine;
using System.CommandLine.Invocation;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary>The command line: what can be typed after <c>notion-gateway</c>.</summary>
internal static class GatewayCommands
{
    public static ParseResult Parse(string[] args, IProcessEnvironment environment, TextReader? person = null)
    {
        var root = RunCommand.Create(environment);
        root.Subcommands.Add(KeyCommand.Create());
        root.Subcommands.Add(CheckCommand.Create(environment));
        root.Subcommands.Add(ExplainCommand.Create(environment));
        root.Subcommands.Add(ConnectCommand.Create(environment));
        root.Subcommands.Add(GrantsCommand.Create(environment, person));
        root.Subcommands.Add(StoreCommand.Create(environment));
        root.Subcommands.Add(HealthcheckCommand.Create(environment));
        return root.Parse(args);
    }

    public static async Task<int> InvokeAsync(
        string[] args, IProcessEnvironment environment, TextWriter? output = null, TextWriter? error = null, TextReader? person = null)
    {
        // The host handles signals and shuts down in order; the parser would interrupt that.
        var configuration = new InvocationConfiguration { ProcessTerminationTimeout = null };
        configuration.Output = output ?? configuration.Output;
        configuration.Error = error ?? configuration.Error;
        var parsed = Parse(args, environment, person);
        var exitCode = await parsed.InvokeAsync(configuration);

        // The parser's own code for a wrong command line is 1, which here means "no".
        return parsed.Action is ParseErrorAction ? ExitCode.Misconfigured : exitCode;
    }

    // The terminal is passed in here, and from here to the commands; tests pass their own.
#pragma warning disable RS0030
    /// <summary>The person at the terminal; null if there is none.</summary>
    public static TextReader? PersonAtTerminal() => Console.IsInputRedirected ? null : Console.In;
#pragma warning restore RS0030
}
