using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace NotionGateway.OAuth.TokenEndpoint;

/// <summary>
/// An error of Notion's token endpoint. It has two dialects: its own (<c>code</c>, <c>message</c>) and that of
/// RFC 6749, section 5.2 (<c>error</c>, <c>error_description</c>); both are understood.
/// </summary>
internal sealed record OAuthError(int Status, string Code, string? Description)
{
    public const string InvalidGrant = "invalid_grant";
    public const string InvalidClient = "invalid_client";

    /// <summary>The gateway's own word for "temporarily unavailable"; the endpoints that clients know it from are RFC 6749's.</summary>
    public const string TemporarilyUnavailable = "temporarily_unavailable";

    /// <summary>The name for a response that is not an error of either dialect.</summary>
    public const string Unreadable = "unreadable";

    private const int LongestWord = 64;
    private const int LongestDescription = 300;

    /// <summary>The grant is gone for good: only a new consent helps.</summary>
    public bool IsInvalidGrant => Code == InvalidGrant;

    /// <summary>The app's own id or secret is wrong.</summary>
    public bool IsInvalidClient => Code == InvalidClient || (Status == StatusCodes.Status401Unauthorized && Code == "unauthorized");

    /// <summary>It is in neither dialect: something in front of Notion responded, which says nothing about client or grant.</summary>
    public bool IsNotNotions => Code == Unreadable;

    public static OAuthError Parse(int status, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            var code = Text(root, "error") ?? Text(root, "code");
            var description = Text(root, "error_description") ?? Text(root, "message");
            return new OAuthError(status, IsWord(code) ? code : Unreadable, Short(description));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new OAuthError(status, Unreadable, null);
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Codes go into logs and responses: only a valid one.</summary>
    private static bool IsWord([NotNullWhen(true)] string? code) =>
        code is { Length: > 0 and <= LongestWord } && code.All(character => char.IsAsciiLetterLower(character) || character == '_');

    private static string? Short(string? text) =>
        text is null ? null : Notion.NotionTokenShape.Redact(text.Length <= LongestDescription ? text : text[..LongestDescription]);
}
