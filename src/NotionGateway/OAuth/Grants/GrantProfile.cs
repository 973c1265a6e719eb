using System.Text.Json;
using System.Text.Json.Nodes;

namespace NotionGateway.OAuth.Grants;

/// <summary>Whose a grant is, in Notion's own words: its token response without the tokens.</summary>
internal sealed class GrantProfile
{
    private const int LongestId = 64;
    private const int LongestText = 200;

    private static readonly string[] Members = ["token_type", "bot_id", "workspace_id", "workspace_name", "workspace_icon", "owner", "duplicated_template_id"];

    private readonly string _json;

    private GrantProfile(JsonObject json, string botId, string workspaceId)
    {
        (BotId, WorkspaceId) = (botId, workspaceId);
        WorkspaceName = Text(json, "workspace_name");
        Owner = OwnerOf(json["owner"] as JsonObject);
        _json = json.ToJsonString();
    }

    public string BotId { get; }

    public string WorkspaceId { get; }

    public string? WorkspaceName { get; }

    /// <summary>Who consented, in words for people.</summary>
    public string? Owner { get; }

    /// <summary>The text to keep; <see cref="Parse"/> reads it.</summary>
    public string Json => _json;

    public static GrantProfile? Parse(string json) => JsonNode.Parse(json) is JsonObject parsed ? Of(parsed) : null;

    /// <summary>Whether a member of Notion's response says whose the grant is; the others may be secrets.</summary>
    public static bool IsMember(string name) => Members.Contains(name, StringComparer.Ordinal);

    /// <summary>Null if it does not say whose it is.</summary>
    public static GrantProfile? Of(JsonObject json) =>
        Text(json, "bot_id") is { Length: > 0 and <= LongestId } bot && IsId(bot)
        && Text(json, "workspace_id") is { Length: > 0 and <= LongestId } workspace && IsId(workspace)
            ? new GrantProfile(Known(json), bot, workspace)
            : null;

    /// <summary>The same of what <c>GET /v1/users/me</c> says; null if it does not say whose the token is.</summary>
    public static GrantProfile? OfUser(JsonObject user)
    {
        try
        {
            var bot = user["bot"] as JsonObject;
            return Of(new JsonObject
            {
                ["token_type"] = "bearer",
                ["bot_id"] = user["id"]?.DeepClone(),
                ["workspace_id"] = bot?["workspace_id"]?.DeepClone(),
                ["workspace_name"] = bot?["workspace_name"]?.DeepClone(),
                ["owner"] = bot?["owner"]?.DeepClone(),
            });
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether it is about this bot; ids are written with and without dashes.</summary>
    public bool IsOf(string botId) => WithoutDashes(BotId).Equals(WithoutDashes(botId), StringComparison.OrdinalIgnoreCase);

    /// <summary>A response in Notion's shape, with these instead of the tokens.</summary>
    public string ResponseWith(string accessToken, string? refreshToken)
    {
        var response = new JsonObject { ["access_token"] = accessToken, ["refresh_token"] = refreshToken };
        foreach (var (name, value) in (JsonObject)JsonNode.Parse(_json)!)
        {
            response[name] = value?.DeepClone();
        }

        return response.ToJsonString();
    }

    private static string WithoutDashes(string id) => id.Replace("-", "", StringComparison.Ordinal);

    /// <summary>What Notion documents, and nothing that it may add: that could be a secret.</summary>
    private static JsonObject Known(JsonObject json)
    {
        var known = new JsonObject();
        foreach (var name in Members)
        {
            if (json.ContainsKey(name))
            {
                known[name] = json[name]?.DeepClone();
            }
        }

        return known;
    }

    private static bool IsId(string text) => text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    private static string? OwnerOf(JsonObject? owner) =>
        owner?["user"] is JsonObject user ? Text(user, "name") ?? Text(user, "id") : owner is null ? null : Text(owner, "type");

    private static string? Text(JsonObject json, string name) =>
        json[name] is { } value && value.GetValueKind() == JsonValueKind.String ? Short(value.GetValue<string>()) : null;

    /// <summary>
    /// Names are what people have typed: without anything that moves a cursor, or that a database rejects (NUL), and cut between characters,
    /// since half of a surrogate pair is not text.
    /// </summary>
    private static string Short(string text)
    {
        var clean = new string([.. text.Where(character => !char.IsControl(character))]);
        return clean.Length <= LongestText ? clean : clean[..(char.IsHighSurrogate(clean[LongestText - 1]) ? LongestText - 1 : LongestText)];
    }

    public override string ToString() => $"bot {BotId}, workspace {WorkspaceId}";
}
