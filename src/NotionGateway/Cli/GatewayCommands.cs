using System.CommandLine;
using System.CommandLine.Invocation;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary>The command line: what can be typed after <c>notion-gateway</c>.</summary>
internal static class GatewayCommands
{
    public static ParseResult Parse(string[] args, IProcessEnvironment environment, Terminal? terminal = null)
    {
        terminal ??= Terminal.None;
        var root = RunCommand.Create(environment);
        root.Subcommands.Add(KeyCommand.Create());
        root.Subcommands.Add(CheckCommand.Create(environment));
        root.Subcommands.Add(ExplainCommand.Create(environment));
        root.Subcommands.Add(StatusCommand.Create(environment, terminal));
        root.Subcommands.Add(TopCommand.Create(environment, terminal));
        root.Subcommands.Add(ConnectCommand.Create(environment, terminal));
        root.Subcommands.Add(GrantsCommand.Create(environment, terminal));
        root.Subcommands.Add(WebhooksCommand.Create(environment, terminal));
        root.Subcommands.Add(StoreCommand.Create(environment));
        root.Subcommands.Add(HealthcheckCommand.Create(environment));
        return root.Parse(args);
    }

    public static async Task<int> InvokeAsync(
        string[] args, IProcessEnvironment environment, TextWriter? output = null, TextWriter? error = null, Terminal? terminal = null)
    {
        // The host handles signals and shuts down in order; the parser would interrupt that.
        var configuration = new InvocationConfiguration { ProcessTerminationTimeout = null };
        configuration.Output = output ?? configuration.Output;
        configuration.Error = error ?? configuration.Error;
        var parsed = Parse(args, environment, terminal);
        var exitCode = await parsed.InvokeAsync(configuration);

        // The parser's own code for a wrong command line is 1, which here means "no".
        return parsed.Action is ParseErrorAction ? ExitCode.Misconfigured : exitCode;
    }
}

/// <summary>The exit codes, for scripts.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The result is no: not healthy, a probe failed, the request would be denied, an address is taken.</summary>
    public const int Failed = 1;

    /// <summary>The configuration or the command line is wrong.</summary>
    public const int Misconfigured = 2;
}
