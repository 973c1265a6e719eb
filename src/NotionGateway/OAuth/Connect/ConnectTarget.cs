using NotionGateway.OAuth.Apps;

namespace NotionGateway.OAuth.Connect;

/// <summary>The pages of the connect listener, by what they are for.</summary>
internal enum ConnectRoute
{
    /// <summary>Nothing that is served.</summary>
    Unlisted,

    /// <summary>A link is opened.</summary>
    Link,

    /// <summary>The button on the link's page is pressed.</summary>
    Begin,

    /// <summary>Notion sends a person back.</summary>
    Callback,

    /// <summary>What was connected.</summary>
    Connected,

    /// <summary>Why nothing was connected.</summary>
    Ended,
}

/// <summary>What a request to the connect listener wants. Its query is not part of it: no query changes which page is served.</summary>
/// <param name="Route">Which page.</param>
/// <param name="Argument">What follows the page's name in the path: for a link its secret.</param>
/// <param name="Allow">For a page that exists, but not with this method: the methods that it supports.</param>
internal readonly record struct ConnectTarget(ConnectRoute Route, string Argument = "", string? Allow = null)
{
    public const string CallbackPath = "/callback";

    private const string LinkPath = "/connect/";
    private const string ConnectedPath = "/connected/";
    private const string EndedPath = "/ended/";
    private const string Get = "GET";
    private const string GetOrPost = "GET, POST";

    public static ConnectTarget Of(string method, string path)
    {
        if (Rest(path, LinkPath) is { } secret)
        {
            return method switch
            {
                Get => new ConnectTarget(ConnectRoute.Link, secret),
                "POST" => new ConnectTarget(ConnectRoute.Begin, secret),
                _ => new ConnectTarget(ConnectRoute.Link, Allow: GetOrPost),
            };
        }

        var target = path == CallbackPath ? new ConnectTarget(ConnectRoute.Callback)
            : Rest(path, ConnectedPath) is { } id ? new ConnectTarget(ConnectRoute.Connected, id)
            : Rest(path, EndedPath) is { } outcome ? new ConnectTarget(ConnectRoute.Ended, outcome)
            : new ConnectTarget(ConnectRoute.Unlisted);
        return target.Route == ConnectRoute.Unlisted || method == Get ? target : new ConnectTarget(target.Route, Allow: Get);
    }

    /// <summary>Where Notion sends people back to. It is registered with Notion, so no part of it comes from a request.</summary>
    public static string CallbackUrl(ConnectAddress address) => new Uri(address.PublicUrl, CallbackPath).AbsoluteUri;

    public static string ConnectedAt(string grantId) => ConnectedPath + grantId;

    public static string EndedAt(ConnectOutcome outcome) => EndedPath + outcome.Slug;

    // The path of a link contains its secret.
    public override string ToString() => Route.ToString();

    private static string? Rest(string path, string prefix) => path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : null;
}
