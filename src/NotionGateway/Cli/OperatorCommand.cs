using System.CommandLine;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary>What the commands to the operator listener have in common: the address, the key, and the error messages.</summary>
internal static class OperatorCommand
{
    /// <summary>A command that runs with a client; its own arguments come first.</summary>
    public static Command Create(
        IProcessEnvironment environment, Terminal terminal, string name, string description, Symbol[] symbols,
        Func<ParseResult, OperatorClient, CancellationToken, Task<int>> run)
    {
        var (url, config) = (OperatorAddress.UrlOption, ConfigurationLoading.ConfigOption);
        var keyFromInput = new Option<bool>("--key-stdin")
        {
            Description = $"Read the operator key from standard input instead of {OperatorAddress.KeyVariable}.",
        };
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        command.Options.Add(url);
        command.Options.Add(keyFromInput);
        command.Options.Add(config);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var key = await KeyAsync(parsed, environment, terminal, parsed.GetValue(keyFromInput), cancellationToken);
            if (OperatorAddress.Find(environment, parsed.GetValue(config)?.FullName, parsed.GetValue(url), out var problem, key) is not { } address)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(problem);
                return ExitCode.Misconfigured;
            }

            using var client = new OperatorClient(address);
            return await run(parsed, client, cancellationToken);
        });
        return command;
    }

    /// <summary>The key from standard input, or from the person at the terminal; null if the variable is to be used.</summary>
    private static async Task<string?> KeyAsync(
        ParseResult parsed, IProcessEnvironment environment, Terminal terminal, bool fromInput, CancellationToken cancellationToken)
    {
        if (fromInput)
        {
            return await terminal.Input.ReadLineAsync(cancellationToken) ?? "";
        }

        if (!terminal.HasPerson || !string.IsNullOrWhiteSpace(environment.Get(OperatorAddress.KeyVariable)))
        {
            return null;
        }

        var error = parsed.InvocationConfiguration.Error;
        await error.WriteAsync("Operator key: ");
        await error.FlushAsync(cancellationToken);
        var key = terminal.ReadHidden();
        await error.WriteLineAsync();
        return key ?? "";
    }

    /// <summary>Prints the response, or why there is none.</summary>
    public static int Tell(ParseResult parsed, OperatorReply reply, Func<OperatorReply, string> words)
    {
        if (reply.Problem is not null)
        {
            parsed.InvocationConfiguration.Error.WriteLine(reply.Problem);
            return ExitCode.Failed;
        }

        parsed.InvocationConfiguration.Output.WriteLine(words(reply));
        return ExitCode.Done;
    }

    /// <summary>The grant that an argument names; null, after printing an error, if it is not a grant's name.</summary>
    public static CredentialName? GrantNamed(ParseResult parsed, Argument<string> argument)
    {
        if (CredentialName.TryParseGrant(parsed.GetRequiredValue(argument), out var name))
        {
            return name;
        }

        parsed.InvocationConfiguration.Error.WriteLine($"Name the grant as APP/NAME, each part {GatewayName.Rule}.");
        return null;
    }

    /// <summary>Whether this is a valid name; if not, an error is printed.</summary>
    public static bool IsName(ParseResult parsed, string what, string name)
    {
        if (GatewayName.IsValid(name))
        {
            return true;
        }

        parsed.InvocationConfiguration.Error.WriteLine($"{what} is not a valid name: use {GatewayName.Rule}.");
        return false;
    }
}
