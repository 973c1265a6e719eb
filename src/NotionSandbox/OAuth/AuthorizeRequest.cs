using NotionSandbox.Requests;

namespace NotionSandbox.OAuth;

/// <summary>What an app asks of a person in the authorize URL, when it is clear which app that is and where the person is sent back to.</summary>
/// <param name="RedirectUri">Where the person is sent back to.</param>
/// <param name="NamedRedirectUri">The same as far as the URL said so; null when it left it to the app's registration.</param>
/// <param name="State">To be given back as it is.</param>
/// <param name="Error">An error code of RFC 6749 that the app is told, when the rest of the URL is wrong.</param>
internal sealed record AuthorizeRequest(OAuthApp App, string RedirectUri, string? NamedRedirectUri, string? State, string? Error)
{
    private static readonly string[] Once = ["response_type", "owner", "state"];

    /// <summary>The request, or the sentence that says why it cannot be followed.</summary>
    public static (AuthorizeRequest? Request, string? Problem) Read(TargetQuery asked, OAuthApps apps)
    {
        if (asked.All("client_id") is not [var clientId] || apps.Find(clientId) is not { } app)
        {
            return (null, "No app has this client_id.");
        }

        return asked.All("redirect_uri") switch
        {
            [] when app.RedirectUris is [var only] => (new AuthorizeRequest(app, only, null, asked["state"], ErrorIn(asked, app)), null),
            [] => (null, "The redirect_uri is missing, and the app has not registered exactly one."),
            [var named] when app.RedirectUris.Contains(named, StringComparer.Ordinal) =>
                (new AuthorizeRequest(app, named, named, asked["state"], ErrorIn(asked, app)), null),
            _ => (null, "The app has not registered this redirect_uri."),
        };
    }

    public string WithCode(string code) => Back(("code", code));

    public string WithError(string error) => Back(("error", error));

    private string Back((string Name, string Value) answer)
    {
        var joint = RedirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var state = State is null ? "" : $"&state={Uri.EscapeDataString(State)}";
        return $"{RedirectUri}{joint}{answer.Name}={Uri.EscapeDataString(answer.Value)}{state}";
    }

    private static string? ErrorIn(TargetQuery asked, OAuthApp app) =>
        Once.Any(name => asked.All(name).Count > 1) ? "invalid_request"
        : app.IsDisabled ? "unauthorized_client"
        : asked["response_type"] is null or "" ? "invalid_request"
        : asked["response_type"] != "code" ? "unsupported_response_type"
        : asked["owner"] != "user" ? "invalid_request"
        : null;
}
