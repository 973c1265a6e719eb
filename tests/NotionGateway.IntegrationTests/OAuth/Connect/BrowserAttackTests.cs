using System.Web;
using NotionGateway.Access;

namespace NotionGateway.IntegrationTests.OAuth.Connect;

/// <summary>What can be tried on people who connect, and on the address that Notion sends them back to: A24, A82 to A87.</summary>
public sealed class BrowserAttackTests
{
    private static readonly string[] Elsewhere =
    [
        "//evil.example", "/\\evil.example", "/%09/evil.example", "https:evil.example", "/%5cevil.example",
        "http://connect.example.com@evil.example", "https://evil.example",
        "javascript:alert(1)", "/%0d%0aLocation:%20https://evil.example", "////evil.example", "https://connect.example.com.evil.example",
    ];

    private static readonly string[] Parameters =
        [
            "return_to", "returnUrl", "redirect_uri", "redirect", "next", "url", "continue", "rd", "target", "post_logout_redirect_uri",
            "RelayState", "client_id", "owner",
        ];

    [Fact]
    public async Task A82_No_parameter_leads_anybody_anywhere()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        var notion = bed.Notion.BaseUrl.GetLeftPart(UriPartial.Authority);
        foreach (var value in Elsewhere)
        {
            var all = string.Join('&', Parameters.SelectMany(name => new[] { $"{name}={value}", $"{name}={Uri.EscapeDataString(value)}" }));
            var secret = await bed.LinkAsync();

            var shown = await browser.GetAsync($"/connect/{secret}?{all}");
            Assert.Equal((200, null), (shown.Status, shown.Location));
            Assert.DoesNotContain("evil", shown.Text);
            var begun = await browser.PressAsync($"{secret}?{all}");
            Assert.StartsWith($"{notion}/v1/oauth/authorize?", begun.Location);
            Assert.DoesNotContain("evil", begun.Location);
            var back = await browser.GetAsync($"{Browser.PathIn(bed.Notion.OAuth.Allow(begun.Location!))}&{all}");
            Assert.Matches("^/connected/[0-9a-f]{32}$", back.Location);
            var last = await browser.GetAsync($"{back.Location}?{all}");
            Assert.Equal((200, null), (last.Status, last.Location));
            Assert.DoesNotContain("evil", last.Text);
        }
    }

    [Fact]
    public async Task A82_No_path_leads_anybody_anywhere()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        string[] paths =
        [
            "//evil.example", "/%5cevil.example", "/%09/evil.example", "/connect//evil.example", "/connected//evil.example",
            "/ended//evil.example", "/ended/%2fevil.example",
            "/connect/%0d%0aLocation:%20https://evil.example", "/connected/..%2f..%2fevil.example", "/ended/https:%2f%2fevil.example",
            "/callback/%2fevil.example", "/CALLBACK", "/connect",
        ];
        foreach (var path in paths)
        {
            var page = await browser.GetAsync(path);
            Assert.Equal((404, null), (page.Status, page.Location));
            Assert.DoesNotContain("evil", page.Text);
        }
    }

    [Theory]
    [InlineData("state missing", "state_missing")]
    [InlineData("state twice", "state_missing")]
    [InlineData("state made up", "state_unknown")]
    [InlineData("state changed", "state_missing")]
    [InlineData("cookie missing", "cookie_missing")]
    [InlineData("cookie made up", "other_browser")]
    [InlineData("cookie of another start", "other_browser")]
    [InlineData("state of another link", "other_browser")]
    [InlineData("too late", "state_expired")]
    [InlineData("code twice", "code_missing")]
    [InlineData("code missing", "code_missing")]
    [InlineData("code and error", "code_missing")]
    [InlineData("code of a form that none has", "code_missing")]
    public async Task A83_A_code_is_exchanged_only_for_the_state_that_began_here(string variant, string outcome)
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        using var other = bed.Browser();
        var secret = await bed.LinkAsync();
        var otherSecret = await bed.LinkAsync("crm/other");
        var way = new Uri(bed.Notion.OAuth.Allow(await browser.BeginAsync(secret)));
        var otherWay = new Uri(bed.Notion.OAuth.Allow(await other.BeginAsync(otherSecret)));
        var (code, state) = (HttpUtility.ParseQueryString(way.Query)["code"], HttpUtility.ParseQueryString(way.Query)["state"]!);
        var path = way.PathAndQuery;
        switch (variant)
        {
            case "state missing":
                path = $"/callback?code={code}";
                break;
            case "state twice":
                path += $"&state={state}";
                break;
            case "state made up":
                path = $"/callback?code={code}&state={GatewayKey.NewSecret()}";
                break;
            case "state changed":
                path = $"/callback?code={code}&state={state}%20";
                break;
            case "cookie missing":
                browser.Cookie = null;
                break;
            case "cookie made up":
                browser.Cookie = GatewayKey.NewSecret();
                break;
            case "cookie of another start":
                await browser.BeginAsync(otherSecret);
                break;
            case "state of another link":
                path = $"/callback?code={code}&state={Browser.StateIn(otherWay.OriginalString)}";
                break;
            case "too late":
                bed.Time.Advance(TimeSpan.FromMinutes(10));
                break;
            case "code twice":
                path += $"&code={code}";
                break;
            case "code missing":
                path = $"/callback?state={state}";
                break;
            case "code and error":
                path += "&error=access_denied";
                break;
            default:
                path = $"/callback?code=a%20b%0d%0a&state={state}";
                break;
        }

        var page = await browser.GetAsync(path);

        Assert.Equal((400, outcome), (page.Status, bed.Outcomes.Last()));
        Assert.Equal(0, bed.Exchanges);
        Assert.Empty(bed.Notion.OAuth.Grants);
        Assert.Null(await bed.GrantAsync());
        await bed.Gateway.CountedAsync(1, "notion_gateway.oauth.connects", ("app", "unknown"), ("outcome", "refused"));

        // The link itself is as good as before.
        Assert.StartsWith("/connected/", (await browser.ConnectAsync(secret)).Location);
    }

    [Fact]
    public async Task A83_An_address_that_was_used_is_refused_from_then_on()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        var way = Browser.PathIn(bed.Notion.OAuth.Allow(await browser.BeginAsync(await bed.LinkAsync())));
        var cookie = browser.Cookie;
        Assert.Equal(303, (await browser.GetAsync(way)).Status);

        foreach (var presented in new[] { null, cookie })
        {
            browser.Cookie = presented;
            Assert.Equal((400, "This attempt cannot be continued"), ((await browser.GetAsync(way)).Status, (await browser.GetAsync(way)).Heading));
        }

        Assert.Equal(1, bed.Exchanges);
    }

    [Fact]
    public async Task A83_Of_many_who_bring_the_same_state_at_once_one_is_served()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        var way = Browser.PathIn(bed.Notion.OAuth.Allow(await browser.BeginAsync(await bed.LinkAsync())));
        var copies = Enumerable.Range(0, 20).Select(_ => bed.Browser()).ToList();
        copies.ForEach(copy => copy.Cookie = browser.Cookie);

        var pages = await Task.WhenAll(copies.Select(copy => copy.GetAsync(way)));

        Assert.Single(pages, page => page.Status == 303);
        Assert.Equal(19, pages.Count(page => page.Status == 400));
        Assert.Equal(1, bed.Exchanges);
        copies.ForEach(copy => copy.Dispose());
    }

    [Fact]
    public async Task A84_Where_Notion_sends_people_back_is_configured_and_not_asked()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        (string, string)[] forged =
        [
            ("Host", "evil.example"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Port", "81"),
            ("X-Forwarded-Prefix", "/evil"),
            ("Forwarded", "host=evil.example;proto=http"), ("X-Original-URL", "/evil"), ("X-Rewrite-URL", "/evil"), ("X-HTTP-Method-Override", "PUT"),
        ];

        var begun = await browser.PressAsync(await bed.LinkAsync(), [("Sec-Fetch-Site", "same-origin"), .. forged]);
        var back = await browser.GetAsync(Browser.PathIn(bed.Notion.OAuth.Allow(begun.Location!)), forged);

        Assert.Equal($"{ConnectBed.PublicUrl}/callback", HttpUtility.ParseQueryString(new Uri(begun.Location!).Query)["redirect_uri"]);
        Assert.Matches("^/connected/[0-9a-f]{32}$", back.Location);
        var last = await browser.GetAsync(back.Location!, forged);
        Assert.Equal(200, last.Status);
        Assert.DoesNotContain("evil", begun.Answer.Headers + last.Text + last.Answer.Headers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A85_An_attackers_code_is_worth_nothing_in_another_browser(bool victimIsOnTheWay)
    {
        await using var bed = await ConnectBed.StartAsync();
        using var attacker = bed.Browser();
        using var victim = bed.Browser();
        var way = Browser.PathIn(bed.Notion.OAuth.Allow(await attacker.BeginAsync(await bed.LinkAsync())));
        if (victimIsOnTheWay)
        {
            await victim.BeginAsync(await bed.LinkAsync("crm/victim"));
        }

        var page = await victim.GetAsync(way);

        Assert.Equal(400, page.Status);
        Assert.Equal(0, bed.Exchanges);
        Assert.Null(await bed.GrantAsync("crm/victim"));
        Assert.Null(await bed.GrantAsync());
    }

    [Theory]
    [InlineData("%3Cscript%3Ealert(1)%3C/script%3E", "You%20were")]
    [InlineData("access_denied%0d%0aSet-Cookie:%20evil=1", "")]
    [InlineData("server_error", "%0d%0aLocation:%20https://evil.example")]
    [InlineData("ACCESS_DENIED", "evil")]
    [InlineData("", "evil")]
    public async Task A86_What_an_error_says_is_not_repeated(string error, string description)
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        var state = Browser.StateIn(await browser.BeginAsync(await bed.LinkAsync()));

        var page = await browser.GetAsync($"/callback?error={error}&error_description={description}&error_uri=https://evil.example&state={state}");

        Assert.Equal((400, "Notion declined the connection"), (page.Status, page.Heading));
        Assert.DoesNotContain("alert", page.Text);
        Assert.DoesNotContain("evil", page.Text + page.Answer.Headers);
        Assert.Null(page.Location);
        Assert.All(bed.Gateway.Logs.Lines, line => Assert.DoesNotMatch("alert|evil", line.ToString()));
    }

    [Fact]
    public async Task A87_A24_Code_and_state_stay_in_no_address_and_no_log()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        using var stranger = bed.Browser();
        var way = new Uri(bed.Notion.OAuth.Allow(await browser.BeginAsync(await bed.LinkAsync())));
        var query = HttpUtility.ParseQueryString(way.Query);

        await stranger.GetAsync(way.PathAndQuery);
        await stranger.GetAsync($"/nowhere{way.Query}");
        var back = await browser.GetAsync(way.PathAndQuery);
        var last = await browser.GetAsync(back.Location!);

        // That the headers forbid a referrer is looked at on every page; the rest of the logs is searched when the bed is disposed.
        Assert.Equal("", new Uri(way, back.Location).Query);
        Assert.DoesNotContain(query["code"]!, back.Answer.Headers + last.Text + last.Answer.Headers);
        Assert.DoesNotContain(query["state"]!, back.Answer.Headers + last.Text + last.Answer.Headers);
        Assert.NotEmpty(bed.Gateway.Logs.Lines);
        Assert.All(bed.Gateway.Logs.Lines, line => Assert.DoesNotContain(query["code"]!, $"{line} {string.Join(' ', line.Values.Values)}"));
    }
}
