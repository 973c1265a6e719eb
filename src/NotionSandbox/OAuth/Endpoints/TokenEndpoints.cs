using System.Text.Json.Nodes;
using NotionSandbox.Connections;
using NotionSandbox.Json;
using NotionSandbox.Responses;

namespace NotionSandbox.OAuth.Endpoints;

/// <summary>Getting tokens for a code or for a refresh token, asking about one, and giving one back.</summary>
internal sealed class TokenEndpoints(AuthorizationServer server)
{
    public JsonResponse Token(TokenCall call)
    {
        if (call.App.IsDisabled)
        {
            throw new Refusal(OAuthErrors.UnauthorizedClient, "The connection is disabled.");
        }

        return new JsonResponse(call.Required("grant_type") switch
        {
            GrantTypes.Code => Exchange(call).ToJson(),
            GrantTypes.Refresh => Refresh(call).ToJson(),
            _ => throw new Refusal(OAuthErrors.UnsupportedGrantType, "grant_type should be authorization_code or refresh_token."),
        });
    }

    public JsonResponse Introspect(TokenCall call) => server.Tokens.FindLive(call.App, call.Required("token")) is { } token
        ? new JsonResponse(new JsonObject
        {
            ["active"] = true,
            ["scope"] = string.Join(' ', CapabilityWords.Of(token.Family.Grant.Connection.Capabilities)),
            ["iat"] = token.Issued.ToUnixTimeSeconds(),
        })
        : new JsonResponse(new JsonObject { ["active"] = false });

    /// <summary>An unknown token counts as revoked; the caller cannot tell it from another app's.</summary>
    public JsonResponse Revoke(TokenCall call)
    {
        server.Tokens.Revoke(call.App, call.Required("token"));
        return new JsonResponse([]);
    }

    private TokenPair Exchange(TokenCall call)
    {
        var code = server.Codes.Take(call.App, call.Required("code"), call.Body.Text("redirect_uri"));
        return server.Tokens.Open(call.App, code.By, server.Behaviour);
    }

    private TokenPair Refresh(TokenCall call)
    {
        var pair = server.Tokens.Refresh(call.App, call.Required("refresh_token"), server.Behaviour)
            ?? throw new Refusal(OAuthErrors.InvalidGrant, "Invalid refresh token.");
        server.Calls.NoteRotation();
        return pair;
    }
}
