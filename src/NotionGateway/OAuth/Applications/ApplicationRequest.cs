using System.Text.Json;
using System.Text.Json.Nodes;

namespace NotionGateway.OAuth.Applications;

/// <summary>The JSON of a token, introspect or revoke request, member by member; members nobody knows are left alone, as Notion does.</summary>
internal sealed class ApplicationRequest
{
    private readonly JsonObject _json;

    private ApplicationRequest(JsonObject json) => _json = json;

    public string? GrantType => Text("grant_type");

    public string? Code => Text("code");

    public string? RedirectUri => Text("redirect_uri");

    public string? RefreshToken => Text("refresh_token");

    public string? Token => Text("token");

    /// <summary>Null if it is not a JSON object.</summary>
    public static ApplicationRequest? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 }) is JsonObject json ? new ApplicationRequest(json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public override string ToString() => "[redacted]";

    private string? Text(string name) =>
        _json[name] is { } value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 } text ? text : null;
}
