using System.Net;
using System.Web;

namespace NotionGateway.IntegrationTests.OAuth.Connect;

/// <summary>A browser as far as it matters here: it keeps the cookie, sends the origin of a form, and checks what every page must have.</summary>
internal sealed class Browser(ConnectBed bed) : IDisposable
{
    private const string CookieName = "__Host-notion-connect";

    private readonly HttpClient _client = bed.Gateway.Client(key: null);

    /// <summary>The cookie's value; a test may set another.</summary>
    public string? Cookie { get; set; }

    public Task<Page> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, headers);

    /// <summary>Presses the button on a link's page. That page sends no referrer, so browsers send no origin either.</summary>
    public Task<Page> PressAsync(string secret, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, $"/connect/{secret}", headers.Length > 0 ? headers : [("Origin", "null"), ("Sec-Fetch-Site", "same-origin")]);

    /// <summary>Presses the button and returns the address at Notion that it leads to.</summary>
    public async Task<string> BeginAsync(string secret)
    {
        var page = await PressAsync(secret);
        Assert.True(page.Status == 303, page.Text);
        bed.Unspoken(StateIn(page.Location!));
        return page.Location!;
    }

    /// <summary>The whole flow to Notion and back: presses, allows, and opens the address that Notion sends people back to.</summary>
    public async Task<Page> ConnectAsync(string secret, NotionSandbox.OAuth.Consenter? by = null) =>
        await GetAsync(PathIn(bed.Notion.OAuth.Allow(await BeginAsync(secret), by)));

    public async Task<Page> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(
            method,
            new Uri(
                bed.Gateway.Connect.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (Cookie is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", $"{CookieName}={Cookie}");
        }

        using var response = await _client.SendAsync(request);
        var page = new Page((int)response.StatusCode, response.Headers.Location?.OriginalString, response, await response.Content.ReadAsStringAsync());
        Keep(page);
        Check(page);
        return page;
    }

    public static string StateIn(string url) => HttpUtility.ParseQueryString(new Uri(url).Query)["state"]!;

    public static string PathIn(string url) => new Uri(url).PathAndQuery;

    public void Dispose() => _client.Dispose();

    private void Keep(Page page)
    {
        if (page.SetCookie is not { } set)
        {
            return;
        }

        var value = set.Split(';')[0][(CookieName.Length + 1)..];
        Assert.StartsWith(CookieName, set);
        Assert.Contains("path=/; secure; samesite=lax; httponly", set, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain", set, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(value.Length == 0 ? "max-age=0;" : "max-age=600;", set, StringComparison.OrdinalIgnoreCase);
        Cookie = value.Length == 0 ? null : bed.Unspoken(value);
    }

    private static void Check(Page page)
    {
        var policy = page.Header("Content-Security-Policy")!;
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy);
        Assert.Contains("base-uri 'none'; frame-ancestors 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.Equal(
            ("no-referrer", "nosniff", "DENY", "no-store", "same-origin"),
            (page.Header("Referrer-Policy"), page.Header("X-Content-Type-Options"), page.Header("X-Frame-Options"),
                page.Header("Cache-Control"), page.Header("Cross-Origin-Opener-Policy")));
        Assert.StartsWith("max-age=", page.Header("Strict-Transport-Security"));
        if (page.Status != (int)HttpStatusCode.SeeOther)
        {
            Assert.Equal("text/html; charset=utf-8", page.Header("Content-Type"));
            Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("http", page.Text, StringComparison.OrdinalIgnoreCase);
        }
    }
}

/// <summary>The page that a browser got.</summary>
internal sealed record Page(int Status, string? Location, HttpResponseMessage Answer, string Text)
{
    public string? SetCookie => Header("Set-Cookie");

    /// <summary>The heading, for messages about pages.</summary>
    public string Heading => Text.Split("<h1>") is [_, var rest] ? WebUtility.HtmlDecode(rest[..rest.IndexOf("</h1>", StringComparison.Ordinal)]) : "";

    public string? Header(string name) =>
        Answer.Headers.TryGetValues(name, out var values) || Answer.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;
}
