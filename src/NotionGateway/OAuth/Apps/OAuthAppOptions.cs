using NotionGateway.Credentials.Sources;
using NotionGateway.Settings;

namespace NotionGateway.OAuth.Apps;

/// <summary>Section <c>Gateway:OAuth:Apps:{app}</c>: one public connection, as it is registered with Notion.</summary>
internal sealed record OAuthAppOptions
{
    public required string Name { get; init; }

    /// <summary>The client id that Notion gave; required.</summary>
    public required string ClientId { get; init; }

    /// <summary><c>ClientSecret</c>: where the client secret is read; required.</summary>
    public required SecretReference ClientSecret { get; init; }

    /// <summary>The plan whose limit applies to its grants; Standard by default.</summary>
    public required string Plan { get; init; }

    /// <summary>
    /// Where applications that do OAuth themselves may have people sent back to; compared exactly, none by default. Each must be
    /// registered with Notion too.
    /// </summary>
    public required IReadOnlyList<string> RedirectUris { get; init; }

    public static OAuthAppOptions Read(string name, SettingsSection section)
    {
        var secret = section.Section("ClientSecret");
        var app = new OAuthAppOptions
        {
            Name = name,
            ClientId = section.Text("ClientId") ?? "",
            ClientSecret = SecretReference.Read(secret, SecretKind.ClientSecret),
            Plan = section.Text("Plan", "Standard"),
            RedirectUris = section.List("RedirectUris") ?? [],
        };
        if (app.ClientId.Length == 0)
        {
            section.Error("ClientId", "is required: find it on the connection's page in Notion's developer portal");
        }
        else if (app.ClientId.AsSpan().ContainsAnyExceptInRange('!', '~') || app.ClientId.Contains(':', StringComparison.Ordinal))
        {
            section.Error("ClientId", "contains a character that is not allowed in a client id");
        }

        foreach (var uri in app.RedirectUris.Where(uri => !IsRedirectUri(uri)))
        {
            section.Error("RedirectUris", "write complete https addresses without '#' (http on loopback only)");
        }

        secret.RejectUnknown();
        section.RejectUnknown();
        return app;
    }

    private static bool IsRedirectUri(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { UserInfo: "", Fragment: "" } && !text.Contains('#', StringComparison.Ordinal)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}
