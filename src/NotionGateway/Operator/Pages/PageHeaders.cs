namespace NotionGateway.Operator.Pages;

/// <summary>The security headers of every response of the operator page.</summary>
internal static class PageHeaders
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'";

    public static void Set(IHeaderDictionary headers, bool isHttps)
    {
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (isHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
    }
}
