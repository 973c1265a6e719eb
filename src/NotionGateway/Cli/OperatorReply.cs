using System.Text.Json;
using System.Text.Json.Nodes;

namespace NotionGateway.Cli;

/// <summary>What the operator listener answered: what was asked for, or a sentence on why not.</summary>
internal sealed record OperatorReply(JsonObject? Body, string? Problem)
{
    /// <summary>Reads an answer; one without the gateway's marks comes from something else.</summary>
    public static OperatorReply Read(int status, string? reason, string text, OperatorAddress from)
    {
        var body = Parse(text);
        return (status, reason) switch
        {
            ( >= 200 and < 300, _) when body is not null => new OperatorReply(body, null),
            (_, null) => new OperatorReply(null, $"What answers at {from} is not the operator listener of a Notion Gateway (it said {status})."),
            (401, _) => new OperatorReply(null, $"The gateway at {from} refuses the key in {OperatorAddress.KeyVariable} ({reason}): is its hash in Gateway:Operator:KeyHashes there, and is this the operator listener?"),
            (400, "unknown_operation") => new OperatorReply(null, $"The gateway at {from} does not know this command: is it older than this program?"),
            _ => new OperatorReply(null, PlainText.Of(Text(body, "message")) is { Length: > 0 } message ? message : $"The gateway at {from} said {status} {reason}."),
        };
    }

    /// <summary>A member as text; empty if it is not there.</summary>
    public static string Text(JsonObject? body, string member) => body?[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

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
