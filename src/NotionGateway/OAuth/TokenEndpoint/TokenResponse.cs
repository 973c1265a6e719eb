using System.Diagnostics.CodeAnalysis;
using NotionGateway.OAuth.Grants;

namespace NotionGateway.OAuth.TokenEndpoint;

/// <summary>A pair of tokens from Notion, with whose they are.</summary>
internal sealed record TokenResponse(string AccessToken, string? RefreshToken, GrantProfile Profile)
{
    private const int LongestToken = 8 * 1024;

    /// <summary>
    /// Reads Notion's response; null, with the problem, if it cannot be used. A renewed pair is valid even if the response does not
    /// repeat whose it is.
    /// </summary>
    public static TokenResponse? Parse(ReadOnlySpan<byte> body, out string problem, GrantProfile? known = null) =>
        Of(TokenMembers.Read(body), out problem, known);

    /// <summary>The same for members that were read already.</summary>
    public static TokenResponse? Of(TokenMembers? members, out string problem, GrantProfile? known = null)
    {
        problem = members is null ? "it is not a JSON object"
            : !IsUsable(members) ? "it has no usable access_token"
            : "it does not say whose the tokens are (bot_id, workspace_id)";
        return IsUsable(members) && members.AccessToken is { } access && (GrantProfile.Of(members.Rest) ?? known) is { } profile
            ? new TokenResponse(access, members.RefreshToken is { Length: > 0 and <= LongestToken } refresh ? refresh : null, profile)
            : null;
    }

    /// <summary>An access token must fit into a header; a refresh token goes into JSON, where anything fits.</summary>
    public static bool IsUsable([NotNullWhen(true)] TokenMembers? members) =>
        members is { AccessToken: { Length: > 0 and <= LongestToken } access } && !access.AsSpan().ContainsAnyExceptInRange('!', '~');

    // A record would print its members.
    public override string ToString() => "[redacted]";
}
