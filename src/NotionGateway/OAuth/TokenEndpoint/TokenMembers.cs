using System.Text.Json;
using System.Text.Json.Nodes;
using NotionGateway.OAuth.Grants;

namespace NotionGateway.OAuth.TokenEndpoint;

/// <summary>
/// The members of Notion's token response, read one by one: Notion issues a pair only once, so an error before, between or
/// after the tokens must not lose the pair. The last of several members of one name counts, as with every other parser.
/// </summary>
internal sealed class TokenMembers
{
    private static readonly JsonReaderOptions Tolerant = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 1024 };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private TokenMembers()
    {
    }

    public string? AccessToken { get; private set; }

    public string? RefreshToken { get; private set; }

    /// <summary>The other members that could be read.</summary>
    public JsonObject Rest { get; } = [];

    /// <summary>What can be read of the text, up to where it is no longer JSON; null if it is no JSON object at all.</summary>
    public static TokenMembers? Read(ReadOnlySpan<byte> body)
    {
        var json = body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
        var members = new TokenMembers();
        var reader = new Utf8JsonReader(json, Tolerant);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = Text(ref reader);
                reader.Read();
                var from = (int)reader.TokenStartIndex;
                var text = reader.TokenType == JsonTokenType.String ? Text(ref reader) : null;
                reader.Skip();
                members.Take(name, text, json[from..(int)reader.BytesConsumed]);
            }
        }
        catch (JsonException)
        {
            // Cut off, or not JSON from here on: the members before it count.
        }

        return members;
    }

    public override string ToString() => "[redacted]";

    private void Take(string? name, string? text, ReadOnlySpan<byte> value)
    {
        switch (name)
        {
            case "access_token":
                AccessToken = text ?? AccessToken;
                break;
            case "refresh_token":
                RefreshToken = text ?? RefreshToken;
                break;
            case not null when GrantProfile.IsMember(name):
                TakeRest(name, value);
                break;
        }
    }

    private void TakeRest(string name, ReadOnlySpan<byte> value)
    {
        if (IsReadable(value))
        {
            Rest[name] = JsonNode.Parse(value, documentOptions: Strict);
        }
    }

    /// <summary>Whether every text in it can be read: a tree of nodes would notice only when it is asked.</summary>
    private static bool IsReadable(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value);
        try
        {
            while (reader.Read())
            {
                _ = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? reader.GetString() : null;
            }

            using var document = JsonDocument.Parse(value.ToArray(), Strict);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Null if it is not text that can be: half of a surrogate pair, or no UTF-8.</summary>
    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
