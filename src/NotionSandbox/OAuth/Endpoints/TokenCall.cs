using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Versions;

namespace NotionSandbox.OAuth.Endpoints;

/// <summary>A call of an app that has proved who it is, and its body.</summary>
internal sealed record TokenCall(OAuthApp App, JsonObject Body)
{
    public static TokenCall Read(AuthorizationServer server, IHeaderDictionary headers, RequestBody body)
    {
        // 1. Who calls? 2. In which version? 3. Is the body JSON? A form is none, however well it is filled in.
        var app = Authenticate(server, headers.Authorization);
        CheckVersion(headers["Notion-Version"].ToString(), server.Behaviour.RequiresVersion);
        if (!headers.ContentType.ToString().StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw new Refusal(OAuthErrors.InvalidRequest, "The body should be application/json.");
        }

        return body.Length <= RequestBody.MaxJson
            ? new TokenCall(app, JsonBody.Parse(body.Bytes))
            : throw new Refusal(OAuthErrors.InvalidRequest, $"The body should be at most {RequestBody.MaxJson} bytes.");
    }

    /// <summary>A field that must be there, as text.</summary>
    public string Required(string name) =>
        Body.Text(name) is { Length: > 0 } text ? text : throw new Refusal(OAuthErrors.InvalidRequest, $"{name} is missing.");

    private static OAuthApp Authenticate(AuthorizationServer server, string? authorization) =>
        BasicCredentials.Read(authorization) is { } said && server.Apps.Find(said.User) is { } app && app.ClientSecret == said.Password
            ? app
            : throw new Refusal(OAuthErrors.InvalidClient, "Client authentication failed.");

    private static void CheckVersion(string text, bool isRequired)
    {
        if (isRequired && NotionVersion.Find(text) is null)
        {
            throw new Refusal(text.Length == 0 ? ErrorCode.MissingVersion : OAuthErrors.InvalidRequest, NotionVersion.Complaint(text));
        }
    }
}
