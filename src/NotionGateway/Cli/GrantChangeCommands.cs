using System.CommandLine;
using NotionGateway.Cli.Text;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary><c>grants rename</c>, <c>delete</c> and <c>revoke</c>. The last two cannot be undone, and ask first.</summary>
internal static class GrantChangeCommands
{
    public static IEnumerable<Command> Create(IProcessEnvironment environment, Terminal terminal) =>
    [
        CreateRename(environment, terminal),
        CreateOutcome(
            environment,
            terminal,
            "delete",
            "Delete a grant here, without revoking it at Notion.",
            "Delete {0} here? Callers lose it immediately; at Notion it stays valid until someone removes the connection there.",
            (client, grant, cancellationToken) => client.DeleteAsync(grant, cancellationToken)),
        CreateOutcome(
            environment,
            terminal,
            "revoke",
            "Revoke a grant at Notion, and delete it here.",
            "Revoke {0}? Notion invalidates its tokens, and callers lose it immediately.",
            (client, grant, cancellationToken) => client.RevokeAsync(grant, cancellationToken)),
    ];

    private static Command CreateRename(IProcessEnvironment environment, Terminal terminal)
    {
        var from = new Argument<string>("APP/NAME") { Description = "The grant." };
        var to = new Argument<string>("NEWNAME") { Description = "The new name; the app stays the same." };
        return OperatorCommand.Create(environment, terminal, "rename", "Rename a grant.", [from, to], async (parsed, client, cancellationToken) =>
            OperatorCommand.GrantNamed(parsed, from) is not { } grant || !OperatorCommand.IsName(parsed, "NEWNAME", parsed.GetRequiredValue(to))
            ? ExitCode.Misconfigured
            : OperatorCommand.Tell(
                parsed,
                await client.RenameAsync(grant, parsed.GetRequiredValue(to), cancellationToken),
                reply => $"{grant} is now {PlainText.Of(OperatorReply.Text(reply.Body, "name"))}. Update the callers that use its old name."));
    }

    private static Command CreateOutcome(
        IProcessEnvironment environment, Terminal terminal, string word, string description, string question,
        Func<OperatorClient, CredentialName, CancellationToken, Task<OperatorReply>> end)
    {
        var name = new Argument<string>("APP/NAME") { Description = "The grant." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask for confirmation." };
        return OperatorCommand.Create(environment, terminal, word, description, [name, yes], async (parsed, client, cancellationToken) =>
        {
            if (OperatorCommand.GrantNamed(parsed, name) is not { } grant)
            {
                return ExitCode.Misconfigured;
            }

            if (!parsed.GetValue(yes) && await AskAsync(parsed, terminal.Person, string.Format(null, question, grant), cancellationToken) is { } no)
            {
                return no;
            }

            return OperatorCommand.Tell(parsed, await end(client, grant, cancellationToken), reply => OperatorReply.Flag(reply.Body, "ended_at_notion")
                ? $"{grant} is revoked at Notion and deleted here."
                : $"{grant} is deleted here, but not revoked at Notion. Its owner can remove the connection in Notion's settings.");
        });
    }

    /// <summary>Null if the person says yes.</summary>
    private static async Task<int?> AskAsync(ParseResult parsed, TextReader? person, string question, CancellationToken cancellationToken)
    {
        var error = parsed.InvocationConfiguration.Error;
        if (person is null)
        {
            await error.WriteLineAsync("This cannot be undone, and there is no terminal to confirm at: add --yes.");
            return ExitCode.Misconfigured;
        }

        await error.WriteAsync($"{question} [y/N] ");
        await error.FlushAsync(cancellationToken);
        var response = (await person.ReadLineAsync(cancellationToken))?.Trim();
        if (response is "y" or "Y" or "yes")
        {
            return null;
        }

        await error.WriteLineAsync("Nothing was changed.");
        return ExitCode.Failed;
    }
}
