namespace NotionGateway.Settings;

/// <summary>The address at which browsers reach a listener.</summary>
internal static class PublicAddress
{
    /// <summary>Scheme, host and port and nothing else; https, since browsers keep what is secret from other addresses. Null if it is not.</summary>
    public static Uri? TryParse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri is { UserInfo: "", AbsolutePath: "/", Query: "", Fragment: "" }
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            ? uri
            : null;
}
