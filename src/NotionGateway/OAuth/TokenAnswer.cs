using System.Text.Json;
using System.Text.Json.Nodes;
using NotionGateway.Credentials;

namespace NotionGateway.OAuth;

/// <summary>A pair of tokens from Notion, with whose they are.</summary>
internal sealed record TokenAnswer(string AccessToken, string? RefreshToken, GrantProfile Profile)
{
    /// <summary>
    /// Reads Notion's answer; null with what is wrong if it is not one that can be used. A pair is worth keeping even if it does not
    /// say again whose it is.
    /// </summary>
    public static TokenAnswer? Parse(ReadOnlySpan<byte> body, out string problem, GrantProfile? known = null)
    {
        problem = "it is not a JSON object";
        try
        {
            return JsonNode.Parse(body) is JsonObject json ? Parse(json, known, out problem) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    // A record would print its members.
    public override string ToString() => "[redacted]";

    private static TokenAnswer? Parse(JsonObject json, GrantProfile? known, out string problem)
    {
        var access = Take(json, "access_token");
        var refresh = Take(json, "refresh_token");
        if (access is null || SecretText.TryClean(access, out access) is not null || (refresh is not null && SecretText.TryClean(refresh, out refresh) is not null))
        {
            problem = "it has no usable access_token or refresh_token";
            return null;
        }

        problem = "it does not say whose the tokens are (bot_id, workspace_id)";
        return (GrantProfile.Of(json) ?? known) is { } profile ? new TokenAnswer(access, refresh, profile) : null;
    }

    private static string? Take(JsonObject json, string name)
    {
        json.Remove(name, out var value);
        return value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
    }
}
