using System.Text.Json;
using System.Text.Json.Nodes;
using NotionGateway.Cli.Text;

namespace NotionGateway.Cli;

/// <summary>The operator listener's response: the result, or a sentence on why there is none.</summary>
internal sealed record OperatorReply(JsonObject? Body, string? Problem)
{
    /// <summary>Reads a response; one without the gateway's headers is not from a gateway.</summary>
    public static OperatorReply Read(int status, string? reason, string text, OperatorAddress from)
    {
        var body = Parse(text);
        return (status, reason) switch
        {
            ( >= 200 and < 300, _) when body is not null => new OperatorReply(body, null),
            (_, null) => new OperatorReply(null, $"The server at {from} is not the operator listener of a Notion Gateway (status {status})."),
            (401, _) => new OperatorReply(
                null,
                $"The gateway at {from} rejects the operator key ({reason}). "
                + "Check that its hash is in Gateway:Operator:KeyHashes there, and that this is the operator listener."),
            (400, "unknown_operation") => new OperatorReply(null, $"The gateway at {from} does not know this command. It may be older than this program."),
            _ => new OperatorReply(
                null, PlainText.Of(Text(body, "message")) is { Length: > 0 } message ? message : $"The gateway at {from} returned {status} {reason}."),
        };
    }

    /// <summary>A member as text; empty if it is not there.</summary>
    public static string Text(JsonObject? body, string member) => body?[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    /// <summary>A member that is true or false; false if it is not there.</summary>
    public static bool Flag(JsonObject? body, string member) => body?[member] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
