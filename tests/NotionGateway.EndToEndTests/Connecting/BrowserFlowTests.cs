using System.Web;

namespace NotionGateway.EndToEndTests.Connecting;

/// <summary>
/// People connect a workspace in a real browser, from the operator's link to the last page. No link, state, code, cookie or token
/// may be left in a page, an address, the history, a referrer or the log.
/// </summary>
public sealed class BrowserFlowTests
{
    private const string Allow = "Allow access";
    private const string Cancel = "Cancel";
    private const string Go = "Continue to Notion";

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task A_person_connects_a_workspace(string scheme)
    {
        await using var gateway = await ConnectingGateway.StartAsync(scheme);
        await using var chromium = await Chromium.StartAsync();
        var window = await chromium.OpenWindowAsync();
        var link = await gateway.LinkAsync("acme");

        await window.GoAsync(link);
        Assert.Equal("Connect Notion as crm/acme", await window.HeadingAsync());
        Assert.Empty(await window.CookiesAsync());
        await LookAsync(window, "link", [SecretOf(link)]);
        await window.PressAsync(Go);
        Assert.Contains("would like to connect", await window.HeadingAsync());
        var cookie = await CookieAsync(window, gateway);
        Assert.Equal(scheme == "https" ? ("__Host-notion-connect", true, true, "Lax") : ("notion-connect", false, true, "Lax"),
            ((string)cookie["name"]!, (bool)cookie["secure"]!, (bool)cookie["httpOnly"]!, (string)cookie["sameSite"]!));
        await window.PressAsync(Allow);

        Assert.Equal("Connected", await window.HeadingAsync());
        Assert.Matches($"^{gateway.PublicUrl}connected/[0-9a-f]{{32}}$", await window.UrlAsync());
        var secrets = SecretsOf(window, gateway, link, (string)cookie["value"]!);
        await LookAsync(window, "connected", secrets);
        Assert.Contains(gateway.Notion.OAuth.Grants.Single().BotId, await gateway.WhoAmIAsync("crm/acme"));
        await window.GoAsync($"{gateway.PublicUrl}connect/{SecretOf(link)}");
        Assert.Equal("This link has been used", await window.HeadingAsync());
        await LookAsync(window, "used", secrets);

        // What the address bar has kept: the link, which is worth nothing now, Notion's own page, and the last page.
        Assert.DoesNotContain(await window.HistoryAsync(), url => url.Contains("/callback") || url.Contains("code="));
        Assert.DoesNotContain((await window.HistoryAsync()).Where(url => url.StartsWith(gateway.PublicUrl.AbsoluteUri)), url => url.Contains('?'));
        Assert.Empty(await window.CookiesAsync());
        AssertKeptQuiet(window, gateway, secrets);
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task A_person_cancels_and_comes_back_later()
    {
        await using var gateway = await ConnectingGateway.StartAsync("https");
        await using var chromium = await Chromium.StartAsync();
        var window = await chromium.OpenWindowAsync();
        var link = await gateway.LinkAsync("acme");

        await window.GoAsync(link);
        await window.PressAsync(Go);
        await window.PressAsync(Cancel);

        Assert.Equal("You cancelled", await window.HeadingAsync());
        var secrets = SecretsOf(window, gateway, link);
        await LookAsync(window, "cancelled", secrets);
        Assert.Empty(gateway.Notion.OAuth.Grants);
        Assert.Equal(0, gateway.Notion.OAuth.Calls.Exchange);
        Assert.Empty(await window.CookiesAsync());

        await window.GoAsync(link);
        await window.PressAsync(Go);
        await window.PressAsync(Allow);
        Assert.Equal("Connected", await window.HeadingAsync());
        AssertKeptQuiet(window, gateway, SecretsOf(window, gateway, link));
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task A_link_that_has_expired_leads_nowhere()
    {
        await using var gateway = await ConnectingGateway.StartAsync("https");
        await using var chromium = await Chromium.StartAsync();
        var window = await chromium.OpenWindowAsync();
        var link = await gateway.LinkAsync("acme");
        await window.GoAsync(link);
        await gateway.ExpireLinksAsync();

        await window.PressAsync(Go);
        Assert.Equal("This link has expired", await window.HeadingAsync());
        await window.GoAsync(link);
        Assert.Equal("This link has expired", await window.HeadingAsync());
        await LookAsync(window, "expired", [SecretOf(link)]);
        await window.GoAsync(new Uri(gateway.PublicUrl, "/connect/nothing").AbsoluteUri);
        Assert.Equal("Page not found", await window.HeadingAsync());
        await LookAsync(window, "unknown", []);
        Assert.Equal(0, gateway.Notion.OAuth.Calls.Authorize);
        AssertKeptQuiet(window, gateway, [SecretOf(link)]);
    }

    [Fact]
    public async Task An_address_of_the_way_back_works_once_and_in_one_browser()
    {
        await using var gateway = await ConnectingGateway.StartAsync("https");
        await using var chromium = await Chromium.StartAsync();
        var window = await chromium.OpenWindowAsync();
        var link = await gateway.LinkAsync("acme");
        await window.GoAsync(link);
        await window.PressAsync(Go);
        await window.PressAsync(Allow);
        var way = window.Requests.Last(url => url.StartsWith(gateway.Callback));

        await window.GoAsync(way);
        Assert.Equal("This attempt cannot be continued", await window.HeadingAsync());
        await LookAsync(window, "replayed", SecretsOf(window, gateway, link));

        // One step back is Notion's page; a person who allows it there again comes with a new code and a state that is used up.
        await window.BackAsync();
        await window.BackAsync();
        await window.PressAsync(Allow);
        Assert.Equal("This attempt cannot be continued", await window.HeadingAsync());

        // Another browser's: an attacker sends a person the address with the attacker's code.
        var other = await gateway.LinkAsync("other");
        await window.GoAsync(other);
        await window.PressAsync(Go);
        var stolen = gateway.Notion.OAuth.Allow(await window.UrlAsync());
        await window.ForgetCookiesAsync();
        await window.GoAsync(stolen);
        Assert.Equal("This attempt cannot be continued", await window.HeadingAsync());
        Assert.Equal(1, gateway.Notion.OAuth.Calls.Exchange);
        AssertKeptQuiet(window, gateway, [.. SecretsOf(window, gateway, link), SecretOf(other)]);
    }

    [Fact]
    public async Task A_button_on_another_site_begins_nothing()
    {
        await using var gateway = await ConnectingGateway.StartAsync("https");
        await using var chromium = await Chromium.StartAsync();
        var window = await chromium.OpenWindowAsync();
        var link = await gateway.LinkAsync("acme");

        await window.GoAsync($"data:text/html,<h1>Win</h1><form method=post action='{link}'><button>{Go}</button></form>");
        await window.PressAsync(Go);

        Assert.Equal("Start from your link", await window.HeadingAsync());
        await LookAsync(window, "other-site", [SecretOf(link)]);
        Assert.Equal(0, gateway.Notion.OAuth.Calls.Authorize);
        Assert.Empty(await window.CookiesAsync());
    }

    private static async Task LookAsync(BrowserWindow window, string name, IReadOnlyList<string> secrets)
    {
        Assert.True(await window.PictureAsync(name), $"The page '{name}' is wider than a phone.");
        var html = await window.HtmlAsync();
        Assert.DoesNotContain(secrets, secret => html.Contains(secret, StringComparison.Ordinal));
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> CookieAsync(BrowserWindow window, ConnectingGateway gateway) =>
        Assert.Single(await window.CookiesOfAsync(gateway.PublicUrl));

    private static string SecretOf(string link) => link[(link.LastIndexOf('/') + 1)..];

    /// <summary>Everything secret that was there so far.</summary>
    private static List<string> SecretsOf(BrowserWindow window, ConnectingGateway gateway, string link, params string[] others) =>
    [
        SecretOf(link), .. gateway.Notion.OAuth.Secrets, .. others,
        .. window.Requests.Where(url => url.StartsWith("http")).Select(url => HttpUtility.ParseQueryString(new Uri(url).Query)["state"]).OfType<string>(),
    ];

    private static void AssertKeptQuiet(BrowserWindow window, ConnectingGateway gateway, IReadOnlyList<string> secrets)
    {
        Assert.NotEmpty(secrets);
        Assert.DoesNotContain(secrets, secret => gateway.Program.Output.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(secrets, secret => window.Referrers.Any(referrer => referrer.Contains(secret, StringComparison.Ordinal)));
        Assert.DoesNotContain(window.Referrers, referrer => referrer.StartsWith(gateway.PublicUrl.AbsoluteUri));
        Assert.DoesNotContain(window.Complaints,
            complaint => complaint.Contains("ContentSecurityPolicy") || complaint.Contains("Content Security Policy") || complaint.Contains("Cookie"));
        Assert.Contains("ConnectRequest", gateway.Program.Output);
    }
}
