using System.Text.Json.Nodes;
using NotionSandbox.Connections;
using NotionSandbox.Ids;
using NotionSandbox.Responses;
using NotionSandbox.Versions;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Requests;

/// <summary>One understood request: everything that an endpoint needs to answer it, and nothing of HTTP but the words.</summary>
internal sealed class Call
{
    public required Connection Connection { get; init; }

    public required NotionVersion Version { get; init; }

    /// <summary>What the path says in place of the template's names, in order and decoded.</summary>
    public required IReadOnlyList<string> PathValues { get; init; }

    /// <summary>The names in the template, for error messages.</summary>
    public required IReadOnlyList<string> PathNames { get; init; }

    public required TargetQuery Query { get; init; }

    /// <summary>The JSON body; empty when there was none.</summary>
    public required JsonObject Body { get; init; }

    /// <summary>The body of the one endpoint that takes no JSON.</summary>
    public Multipart? Form { get; init; }

    public bool WantsEventStream { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required IdMint Ids { get; init; }

    public required TimeSpan StreamPause { get; init; }

    public Workspace Workspace => Connection.Workspace;

    /// <summary>Who is said to have made or changed what the call makes or changes.</summary>
    public string UserId => Connection.BotId;

    /// <summary>All bots of the workspace, in the order in which they came.</summary>
    public IEnumerable<Connection> Bots => Connection.OfSameWorkspace;

    /// <summary>What is not shared does not exist.</summary>
    public Refusal NotFound(string what, string id)
    {
        var advice = $"Make sure the relevant pages and databases are shared with your integration \"{Connection.BotName}\".";
        return new Refusal(ErrorCode.ObjectNotFound, $"Could not find {what} with ID: {id}. {advice}")
        {
            AdditionalData = new JsonObject { ["integration_id"] = Connection.BotId },
        };
    }

    /// <summary>The id at a place in the path, with dashes; a refusal when it is none.</summary>
    public string Id(int place = 0) =>
        IdText.TryParse(PathValues[place], out var id)
            ? id
            : throw Refusal.Field($"path.{PathNames[place]}", "be a valid uuid", PathValues[place]);
}
