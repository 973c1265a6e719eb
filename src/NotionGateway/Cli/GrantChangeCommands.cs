using System.CommandLine;
using System.Text.Json.Nodes;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary><c>grants rename</c>, <c>delete</c> and <c>revoke</c>. The last two cannot be undone, and ask first.</summary>
internal static class GrantChangeCommands
{
    public static IEnumerable<Command> Create(IProcessEnvironment environment, TextReader? person) =>
    [
        CreateRename(environment),
        CreateOutcome(
            environment,
            person,
            "delete",
            "Forget a grant here, without telling Notion.",
            "Forget {0} here? Callers lose it at once; at Notion it stays until somebody removes the connection there.",
            (client, grant, cancellationToken) => client.DeleteAsync(grant, cancellationToken)),
        CreateOutcome(
            environment,
            person,
            "revoke",
            "Revoke a grant at Notion, and forget it here.",
            "Revoke {0}? Its tokens die at Notion, and callers lose it at once.",
            (client, grant, cancellationToken) => client.RevokeAsync(grant, cancellationToken)),
    ];

    private static Command CreateRename(IProcessEnvironment environment)
    {
        var from = new Argument<string>("APP/NAME") { Description = "The grant." };
        var to = new Argument<string>("NEWNAME") { Description = "Its new name; the app stays." };
        return OperatorCommand.Create(environment, "rename", "Give a grant another name.", [from, to], async (parsed, client, cancellationToken) =>
            OperatorCommand.GrantNamed(parsed, from) is not { } grant || !OperatorCommand.IsName(parsed, "NEWNAME", parsed.GetRequiredValue(to)) ? ExitCode.Misconfigured
            : OperatorCommand.Tell(
                parsed,
                await client.RenameAsync(grant, parsed.GetRequiredValue(to), cancellationToken),
                reply => $"{grant} is now {PlainText.Of(OperatorReply.Text(reply.Body, "name"))}. Callers that name it by its old name must be told."));
    }

    private static Command CreateOutcome(
        IProcessEnvironment environment, TextReader? person, string word, string description, string question, Func<OperatorClient, CredentialName, CancellationToken, Task<OperatorReply>> end)
    {
        var name = new Argument<string>("APP/NAME") { Description = "The grant." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        return OperatorCommand.Create(environment, word, description, [name, yes], async (parsed, client, cancellationToken) =>
        {
            if (OperatorCommand.GrantNamed(parsed, name) is not { } grant)
            {
                return ExitCode.Misconfigured;
            }

            if (!parsed.GetValue(yes) && await AskAsync(parsed, person, string.Format(null, question, grant), cancellationToken) is { } no)
            {
                return no;
            }

            return OperatorCommand.Tell(parsed, await end(client, grant, cancellationToken), reply => reply.Body!["ended_at_notion"] is JsonValue value && value.TryGetValue<bool>(out var ended) && ended
                ? $"{grant} is revoked at Notion and forgotten here."
                : $"{grant} is forgotten here. Notion was not told: its owner can remove the connection in Notion's settings.");
        });
    }

    /// <summary>Null if the person says yes.</summary>
    private static async Task<int?> AskAsync(ParseResult parsed, TextReader? person, string question, CancellationToken cancellationToken)
    {
        var error = parsed.InvocationConfiguration.Error;
        if (person is null)
        {
            await error.WriteLineAsync("This cannot be undone, and there is no terminal to ask at: say --yes.");
            return ExitCode.Misconfigured;
        }

        await error.WriteAsync($"{question} [y/N] ");
        await error.FlushAsync(cancellationToken);
        var response = (await person.ReadLineAsync(cancellationToken))?.Trim();
        if (response is "y" or "Y" or "yes")
        {
            return null;
        }

        await error.WriteLineAsync("Nothing was done.");
        return ExitCode.Failed;
    }
}
