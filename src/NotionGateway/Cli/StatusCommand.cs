using System.CommandLine;
using System.Text.Json;
using NotionGateway.Cli.Text;
using NotionGateway.Operator.Status;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary><c>status</c>: shows the state of the running gateway once, or one of its last requests.</summary>
internal static class StatusCommand
{
    // Escaped: what comes from a server must not contain characters that control the terminal.
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    private const int ShortestBeginning = 8;

    public static Command Create(IProcessEnvironment environment, Terminal terminal)
    {
        var json = new Option<bool>("--json") { Description = "Print everything as JSON." };
        var id = new Option<string?>("--id")
        {
            Description = "Print only the request with this id, the gateway's or Notion's, or the first 8 characters of it.",
            HelpName = "ID",
        };
        const string Summary = "Show who waits, what fails and why, and which configuration runs.";
        return OperatorCommand.Create(environment, terminal, "status", Summary, [json, id], async (parsed, client, cancellationToken) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var reply = await client.StatusAsync(cancellationToken);
            if (Read(reply, out var problem) is not { } status)
            {
                await error.WriteLineAsync(problem);
                return ExitCode.Failed;
            }

            if (parsed.GetValue(id) is { } wanted)
            {
                return Print(output, error, status, wanted);
            }

            if (parsed.GetValue(json))
            {
                await output.WriteLineAsync(JsonSerializer.Serialize(reply.Body, Readable));
                return ExitCode.Done;
            }

            await output.WriteLineAsync(string.Join('\n', StatusText.Of(status)));
            return ExitCode.Done;
        });
    }

    /// <summary>The status in a reply; null, with the problem in words, if there is none that this program understands.</summary>
    public static StatusSnapshot? Read(OperatorReply reply, out string problem)
    {
        problem = reply.Problem ?? "The status could not be read: the gateway has another version than this program.";
        try
        {
            return reply.Body?.Deserialize<StatusSnapshot>(StatusSnapshot.Json) is { Version: StatusSnapshot.PresentVersion } status ? status : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int Print(TextWriter output, TextWriter error, StatusSnapshot status, string id)
    {
        var found = status.Requests.Concat(status.Denials).FirstOrDefault(request => Begins(request.Id, id) || Begins(request.NotionId, id));
        if (found is null)
        {
            error.WriteLine(
                $"This gateway no longer remembers the request: it keeps the last {RecentRequests.MostRequests} requests "
                + $"and the last {RecentRequests.MostDenials} denials of callers. Look for the id in its log, and at its other replicas.");
            return ExitCode.Failed;
        }

        output.WriteLine(string.Join('\n', RequestText.Of(found)));
        return ExitCode.Done;
    }

    /// <summary>Whether an id is this one or begins so: <c>top</c> shows beginnings where there is little room.</summary>
    private static bool Begins(string? id, string wanted) =>
        id == wanted
        || (wanted.TrimEnd('…') is { Length: >= ShortestBeginning } beginning && id?.StartsWith(beginning, StringComparison.OrdinalIgnoreCase) == true);
}
