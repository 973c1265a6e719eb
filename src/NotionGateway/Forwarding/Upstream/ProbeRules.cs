using System.Text.Json;
using NotionGateway.Credentials;

namespace NotionGateway.Forwarding.Upstream;

/// <summary>
/// What a response to <c>GET /v1/users/me</c> says about the token. Only JSON of Notion's shape says anything: edges, proxies and captive
/// portals respond too, with any status.
/// </summary>
internal static class ProbeRules
{
    private const int LongestCode = 64;

    public static ProbeResult Judge(int status, string? mediaType, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            return (Text(root, "object"), status) switch
            {
                ("user", 200) => new ProbeResult(ProbeVerdict.Accepted, ReadIdentity(root)),
                ("error", 401) => new ProbeResult(ProbeVerdict.Rejected),
                ("error", 403) => new ProbeResult(ProbeVerdict.Accepted),
                ("error", >= 400) => Unknown($"Notion answered {status} ({CodeOf(root)})"),
                _ => NotNotions(status, mediaType),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return NotNotions(status, mediaType);
        }
    }

    public static ProbeResult Unknown(string problem) => new(ProbeVerdict.Unknown, Problem: problem);

    private static ProbeResult NotNotions(int status, string? mediaType) =>
        Unknown($"not a response from Notion ({status}, {mediaType ?? "no content type"}): something between the gateway and Notion responded");

    /// <summary>Null if it does not say who it is: the token is known, and its limit is counted by the token.</summary>
    private static NotionIdentity? ReadIdentity(JsonElement root)
    {
        var workspace = root.TryGetProperty("bot", out var bot) ? Text(bot, "workspace_id") : null;
        return Text(root, "id") is { Length: > 0 } id ? new NotionIdentity(id, workspace) : null;
    }

    /// <summary>It goes into logs: only what can be a code.</summary>
    private static string CodeOf(JsonElement root) =>
        Text(root, "code") is { Length: > 0 and <= LongestCode } code && code.All(character => char.IsAsciiLetterLower(character) || character == '_')
            ? code
            : "no code";

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
