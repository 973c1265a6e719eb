using System.Text.Json;
using System.Text.Json.Nodes;

namespace NotionGateway.OAuth.Applications;

/// <summary>The JSON of a token, introspect or revoke request, member by member; unknown members are ignored, as Notion does.</summary>
internal sealed class ApplicationRequest
{
    private ApplicationRequest(JsonObject json)
    {
        GrantType = Text(json, "grant_type");
        Code = Text(json, "code");
        RedirectUri = Text(json, "redirect_uri");
        RefreshToken = Text(json, "refresh_token");
        Token = Text(json, "token");
    }

    public string? GrantType { get; }

    public string? Code { get; }

    public string? RedirectUri { get; }

    public string? RefreshToken { get; }

    public string? Token { get; }

    /// <summary>Null if it is not a JSON object.</summary>
    public static ApplicationRequest? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 };
            return JsonNode.Parse(body, documentOptions: options) is JsonObject json ? new ApplicationRequest(json) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half of a surrogate pair, found when the text is read.
            return null;
        }
    }

    public override string ToString() => "[redacted]";

    private static string? Text(JsonObject json, string name) =>
        json[name] is { } value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 } text ? text : null;
}
