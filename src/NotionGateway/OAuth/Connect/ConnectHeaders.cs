using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Connect.Pages;

namespace NotionGateway.OAuth.Connect;

/// <summary>The security headers of every response of the connect listener.</summary>
internal sealed class ConnectHeaders(ConnectAddress address, Uri upstream)
{
    private readonly bool _isHttps = address.PublicUrl.Scheme == Uri.UriSchemeHttps;

    /// <summary>
    /// Chromium holds <c>form-action</c> against every redirect that follows the form. Where Notion leads people from its
    /// authorize address (its app, a company's sign-in) is Notion's affair and changes, so any https address will do: the form
    /// has no field, and a page that could be made to hold another one could not be made to send it anything.
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
