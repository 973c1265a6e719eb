using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using NotionGateway.Cli.Text;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary><c>grants</c>: shows the OAuth grants of the running gateway; the commands that change them are in <see cref="GrantChangeCommands"/>.</summary>
internal static class GrantsCommand
{
    private static readonly (string Heading, string Member)[] Columns =
        [("NAME", "name"), ("STATE", "state"), ("WORKSPACE", "workspace_name"), ("OWNER", "owner"), ("REFRESHED", "refreshed_at")];

    private static readonly (string Label, string Member)[] Lines =
    [
        ("name", "name"), ("state", "state"), ("workspace", "workspace_name"), ("workspace id", "workspace_id"), ("owner", "owner"), ("bot id", "bot_id"),
        ("created", "created_at"), ("refreshed", "refreshed_at"),
    ];

    // Escaped: a workspace name must not contain characters that control the terminal.
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    public static Command Create(IProcessEnvironment environment, Terminal terminal)
    {
        var grants = new Command("grants", "List and manage OAuth grants.") { CreateList(environment, terminal), CreateShow(environment, terminal) };
        foreach (var change in GrantChangeCommands.Create(environment, terminal))
        {
            grants.Subcommands.Add(change);
        }

        return grants;
    }

    private static Command CreateList(IProcessEnvironment environment, Terminal terminal)
    {
        var app = new Option<string?>("--app") { Description = "List only grants of this app.", HelpName = "APP" };
        var json = new Option<bool>("--json") { Description = "Print a JSON array instead of a table." };
        return OperatorCommand.Create(environment, terminal, "list", "List the grants.", [app, json], async (parsed, client, cancellationToken) =>
        {
            if (parsed.GetValue(app) is { } name && !OperatorCommand.IsName(parsed, "--app", name))
            {
                return ExitCode.Misconfigured;
            }

            var (found, problem) = await client.ListAsync(parsed.GetValue(app), cancellationToken);
            if (problem is not null)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(problem);
                return ExitCode.Failed;
            }

            Print(parsed.InvocationConfiguration.Output, found, parsed.GetValue(json));
            return ExitCode.Done;
        });
    }

    private static Command CreateShow(IProcessEnvironment environment, Terminal terminal)
    {
        var name = new Argument<string>("NAME") { Description = "The grant, as APP/NAME." };
        return OperatorCommand.Create(environment, terminal, "show", "Show a grant.", [name], async (parsed, client, cancellationToken) =>
            OperatorCommand.GrantNamed(parsed, name) is not { } grant ? ExitCode.Misconfigured
            : OperatorCommand.Tell(parsed, await client.ShowAsync(grant, cancellationToken), reply =>
                string.Join('\n', Lines.Select(line => $"{line.Label,-14}{Cell(reply.Body, line.Member)}"))));
    }

    private static void Print(TextWriter output, IReadOnlyList<JsonObject> grants, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(grants, Readable));
        }
        else if (grants.Count == 0)
        {
            output.WriteLine("There are no grants. 'notion-gateway connect new' creates a link to connect a workspace.");
        }
        else
        {
            TextTable.Write(
                output,
                [.. Columns.Select(column => column.Heading)],
                [.. grants.Select(grant => Columns.Select(column => Cell(grant, column.Member)).ToArray())]);
        }
    }

    private static string Cell(JsonObject? grant, string member)
    {
        var text = OperatorReply.Text(grant, member);
        return text.Length == 0 ? "-"
            : member.EndsWith("_at", StringComparison.Ordinal) && text.Length >= 19 ? PlainText.Of($"{text[..10]} {text[11..19]}Z")
            : PlainText.Of(text);
    }
}
