using Microsoft.Extensions.DependencyInjection;
using NotionGateway.OAuth.Store;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.OAuth.Connect;

/// <summary>The connect listener as such: what it serves, which requests it accepts, and how little an unauthenticated caller can cause on it.</summary>
public sealed class ConnectListenerTests
{
    [Fact]
    public async Task It_serves_its_pages_and_nothing_else()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        string[] unknown =
        [
            "/", "/v1/users/me", "/readyz", "/livez", "/metrics", "/operator/v1/grants", "/favicon.ico", "/robots.txt",
            "/connect/", "/connected/", "/ended/", "/callback/",
        ];
        foreach (var path in unknown)
        {
            var page = await browser.GetAsync(path, ("Authorization", $"Bearer {The.Key}"));
            Assert.Equal((404, "Page not found"), (page.Status, page.Heading));
        }

        using var data = bed.Gateway.Client();
        Assert.Equal(400, (int)(await data.GetAsync("/callback?code=a&state=b")).StatusCode);
        Assert.Equal(400, (int)(await data.GetAsync($"/connect/{await bed.LinkAsync()}")).StatusCode);
    }

    [Fact]
    public async Task Only_the_two_methods_of_browsers_are_served()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        var secret = await bed.LinkAsync();
        foreach (var method in new[] { "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH" })
        {
            var page = await browser.SendAsync(new HttpMethod(method), $"/connect/{secret}");
            Assert.Equal((405, "GET, POST"), (page.Status, page.Header("Allow")));
            Assert.Equal((405, "GET"), await MethodsAsync(browser.SendAsync(new HttpMethod(method), "/callback?code=a&state=b")));
        }

        Assert.Equal((405, "GET"), await MethodsAsync(browser.SendAsync(HttpMethod.Post, "/ended/link-used")));
    }

    [Theory]
    [InlineData("cross-site", "https://evil.example", 403)]
    [InlineData("cross-site", "null", 403)]
    [InlineData("same-site", "https://www.example.com", 403)]
    [InlineData("none", null, 403)]
    [InlineData("same-origin", "https://evil.example", 403)]
    [InlineData(null, null, 403)]
    [InlineData(null, "null", 403)]
    [InlineData(null, "http://connect.example.com", 403)]
    [InlineData("same-origin", "null", 303)]
    [InlineData("same-origin", "https://connect.example.com", 303)]
    [InlineData(null, "https://connect.example.com", 303)]
    public async Task The_button_works_on_our_own_page_only(string? site, string? origin, int status)
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        List<(string, string)> headers = [("Accept", "text/html")];
        if (site is not null)
        {
            headers.Add(("Sec-Fetch-Site", site));
        }

        if (origin is not null)
        {
            headers.Add(("Origin", origin));
        }

        var page = await browser.PressAsync(await bed.LinkAsync(), [.. headers]);

        Assert.Equal(status, page.Status);
        Assert.Equal(status == 303, page.SetCookie is not null);
    }

    [Fact]
    public async Task A_body_is_not_read_and_a_large_one_not_taken()
    {
        await using var bed = await ConnectBed.StartAsync();
        var head = $"POST /connect/{await bed.LinkAsync()} HTTP/1.1\r\nHost: g\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n";
        using var large = new RawCaller(bed.Gateway.Connect, bed.Gateway.Canaries);
        using var endless = new RawCaller(bed.Gateway.Connect, bed.Gateway.Canaries);

        Assert.Equal(413, (await large.ExchangeAsync($"{head}Content-Length: 8193\r\n\r\n")).Status);
        var response = await endless.ExchangeAsync($"{head}Transfer-Encoding: chunked\r\n\r\n4000\r\n{new string('x', 0x4000)}\r\n");

        Assert.Equal(303, response.Status);
        Assert.True(response.Closed);
        bed.Unspoken(Browser.StateIn(response.Header("Location")!));
    }

    [Fact]
    public async Task Over_plain_http_on_loopback_the_cookie_is_one_that_browsers_keep_there()
    {
        await using var bed = await ConnectBed.StartAsync("http://127.0.0.1:8083");
        using var client = bed.Gateway.Client(key: null);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bed.Gateway.Connect, $"/connect/{await bed.LinkAsync()}"));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");

        var response = await client.SendAsync(request);

        Assert.Equal(303, (int)response.StatusCode);
        Assert.Matches(
            "^notion-connect=[0-9A-Za-z]{43}; max-age=600; path=/; samesite=lax; httponly$", Assert.Single(response.Headers.GetValues("Set-Cookie")));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Strangers_write_no_more_than_so_many_lines()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var client = bed.Gateway.Client(key: null);
        var started = TimeProvider.System.GetTimestamp();
        for (var request = 0; request < 300; request++)
        {
            await client.GetAsync(new Uri(bed.Gateway.Connect, $"/callback?code=a&state={Access.GatewayKey.NewSecret()}"));
        }

        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        Assert.InRange(bed.Gateway.Logs.Named("ConnectRequest").Count(), 1, 10 * ((int)seconds + 2));
        await bed.Gateway.CountedAsync(300, "notion_gateway.oauth.connects", ("app", "unknown"), ("outcome", "refused"));
    }

    [Theory]
    [InlineData("reads and writes")]
    [InlineData("writes")]
    public async Task While_the_store_fails_people_are_told_and_no_code_is_exchanged(string what)
    {
        var store = new InMemoryGrantStore();
        await using var bed = await ConnectBed.StartAsync(
            configure: setup => setup.Adjust(services => services.AddSingleton<IGrantStore>(store).AddSingleton<IKeyRingStore>(store)));
        using var browser = bed.Browser();
        var secret = await bed.LinkAsync();
        var way = Browser.PathIn(bed.Notion.OAuth.Allow(await browser.BeginAsync(secret)));
        store.Problem = what == "writes" ? null : "the file is locked";
        store.WriteProblem = what == "writes" ? "the disk is full" : null;

        Assert.Equal((503, "Temporarily unavailable"), await HeadingAsync(browser.PressAsync(secret)));
        Assert.Equal((503, "Temporarily unavailable"), await HeadingAsync(browser.GetAsync(way)));
        Assert.Equal(0, bed.Exchanges);
        Assert.Contains(bed.Gateway.Logs.Named("ConnectRequest"), line => line.Text.Contains(store.Problem ?? store.WriteProblem!));

        (store.Problem, store.WriteProblem) = (null, null);
        Assert.StartsWith("/connected/", (await browser.GetAsync(way)).Location);
    }

    [Fact]
    public async Task A_store_that_fails_after_Notion_has_said_yes_is_said_loudly()
    {
        var store = new InMemoryGrantStore();
        await using var bed = await ConnectBed.StartAsync(
            configure: setup => setup.Adjust(services => services.AddSingleton<IGrantStore>(store).AddSingleton<IKeyRingStore>(store)));
        using var browser = bed.Browser();
        var secret = await bed.LinkAsync();
        var way = Browser.PathIn(bed.Notion.OAuth.Allow(await browser.BeginAsync(secret)));
        var hold = new NotionSandbox.Faults.HoldFault();
        bed.Notion.Faults.Add(new NotionSandbox.Faults.FaultRule { Path = "/v1/oauth/token", Fault = hold, Times = 1 });

        var coming = browser.GetAsync(way);
        await bed.Gateway.UntilAsync(() => bed.Exchanges == 1, "the exchange to begin");
        store.WriteProblem = "the disk is full";
        bed.Notion.Faults.Clear();
        var page = await coming;

        Assert.Equal("/ended/not-stored", page.Location);
        Assert.Equal((503, "The connection could not be saved"), await HeadingAsync(browser.GetAsync(page.Location!)));
        Assert.Contains("the disk is full", Assert.Single(bed.Gateway.Logs.Named("ConnectNotStored")).Text);
        await bed.Gateway.CountedAsync(1, "notion_gateway.oauth.connects", ("app", "crm"), ("outcome", "failed"));
        store.WriteProblem = null;
        Assert.StartsWith("/connected/", (await browser.ConnectAsync(secret)).Location);
    }

    private static async Task<(int Status, string? Allow)> MethodsAsync(Task<Page> page) => ((await page).Status, (await page).Header("Allow"));

    private static async Task<(int Status, string Heading)> HeadingAsync(Task<Page> page) => ((await page).Status, (await page).Heading);
}
