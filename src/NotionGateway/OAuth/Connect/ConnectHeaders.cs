using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Connect.Pages;

namespace NotionGateway.OAuth.Connect;

/// <summary>The security headers of every response of the connect listener.</summary>
internal sealed class ConnectHeaders(ConnectAddress address, Uri upstream)
{
    private readonly bool _isHttps = address.PublicUrl.Scheme == Uri.UriSchemeHttps;

    /// <summary>
    /// Chromium applies <c>form-action</c> to every redirect after the form. Where Notion redirects people from its authorize
    /// address (its app, a company's sign-in) is up to Notion and changes, so any https address is allowed: the form has no
    /// field, so it cannot send anything to another site.
    /// </summary>
    private readonly string _formAction = upstream.Scheme == Uri.UriSchemeHttps ? "'self' https:" : $"'self' {upstream.GetLeftPart(UriPartial.Authority)}";

    public IEnumerable<KeyValuePair<string, string>> For(ConnectPage? page)
    {
        yield return new("Content-Security-Policy", Policy(page is { LeadsToNotion: true } ? _formAction : "'none'"));
        yield return new("Referrer-Policy", "no-referrer");
        yield return new("X-Content-Type-Options", "nosniff");
        yield return new("X-Frame-Options", "DENY");
        yield return new("Cross-Origin-Opener-Policy", "same-origin");
        if (_isHttps)
        {
            yield return new("Strict-Transport-Security", "max-age=31536000");
        }
    }

    private static string Policy(string formAction) =>
        $"default-src 'none'; style-src {ConnectStyle.Hash}; form-action {formAction}; base-uri 'none'; frame-ancestors 'none'";
}
