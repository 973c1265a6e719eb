using System.Net;
using System.Text.Json.Nodes;
using NotionSandbox.Faults;

namespace NotionGateway.IntegrationTests.OAuth.Connect;

/// <summary>People who connect a workspace with a link: the whole flow, and everything that can interrupt it.</summary>
public sealed class ConnectFlowTests
{
    [Fact]
    public async Task A_person_connects_a_workspace_and_a_caller_uses_it()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        var secret = await bed.LinkAsync();
        var by = bed.Notion.OAuth.Consenters.Find();

        var asked = await browser.GetAsync($"/connect/{secret}");
        Assert.Equal((200, "Connect Notion as crm/acme"), (asked.Status, asked.Heading));
        var back = await browser.ConnectAsync(secret, by);
        Assert.Equal(303, back.Status);
        var last = await browser.GetAsync(back.Location!);

        Assert.Equal((200, "Connected"), (last.Status, last.Heading));
        var text = WebUtility.HtmlDecode(last.Text);
        Assert.Contains(by.Workspace.Name, text);
        Assert.Contains(by.Person.Name, text);
        Assert.Contains("crm/acme", text);
        Assert.Null(browser.Cookie);
        Assert.Equal(bed.Notion.OAuth.Grants.Single().BotId, (await WhoAmIAsync(bed))["id"]!.GetValue<string>());
        await bed.Gateway.CountedAsync(1, "notion_gateway.oauth.connects", ("app", "crm"), ("outcome", "connected"));
        Assert.StartsWith("Connected 'crm/acme': workspace ", Assert.Single(bed.Gateway.Logs.Named("Connected")).Text);
        Assert.Equal(["link_shown", "sent_to_notion", "connected", "connected_shown"], bed.Outcomes);
    }

    [Fact]
    public async Task Looking_at_a_link_begins_nothing()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        var secret = await bed.LinkAsync();

        for (var look = 0; look < 3; look++)
        {
            var page = await browser.GetAsync($"/connect/{secret}");
            Assert.Equal((200, null, null), (page.Status, page.SetCookie, page.Location));
            Assert.DoesNotContain(secret, page.Text);
        }

        Assert.Equal(303, (await browser.ConnectAsync(secret)).Status);
    }

    [Fact]
    public async Task Whoever_cancels_can_use_the_link_later()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        var secret = await bed.LinkAsync();

        var page = await browser.GetAsync(Browser.PathIn(bed.Notion.OAuth.Cancel(await browser.BeginAsync(secret))));

        Assert.Equal((200, "You cancelled"), (page.Status, page.Heading));
        Assert.Contains("your link can still be used until <time", page.Text);
        Assert.Null(await bed.GrantAsync());
        await bed.Gateway.CountedAsync(1, "notion_gateway.oauth.connects", ("app", "crm"), ("outcome", "cancelled"));
        Assert.StartsWith("/connected/", (await browser.ConnectAsync(secret)).Location);
    }

    [Fact]
    public async Task A_link_works_once()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        using var other = bed.Browser();
        var secret = await bed.LinkAsync();
        var authorize = await other.BeginAsync(secret);
        await browser.ConnectAsync(secret);

        Assert.Equal((410, "This link has been used"), await StatusAsync(browser.GetAsync($"/connect/{secret}")));
        Assert.Equal((410, "This link has been used"), await StatusAsync(browser.PressAsync(secret)));

        // A consent that was under way is too late: its code is not even exchanged.
        var late = await other.GetAsync(Browser.PathIn(bed.Notion.OAuth.Allow(authorize, bed.Notion.OAuth.Consenters.All[1])));
        Assert.Equal((303, "/ended/link-used"), (late.Status, late.Location));
        Assert.Equal((410, "This link has been used"), await StatusAsync(other.GetAsync(late.Location!)));
        Assert.Equal(1, bed.Exchanges);
        Assert.Single(bed.Notion.OAuth.Grants);
    }

    [Fact]
    public async Task Of_two_who_come_back_at_once_one_connects()
    {
        await using var bed = await ConnectBed.StartAsync();
        var secret = await bed.LinkAsync();
        var people = bed.Notion.OAuth.Consenters.All.Take(2).ToList();
        var browsers = people.ConvertAll(_ => bed.Browser());
        var ways = new List<string>();
        foreach (var (browser, by) in browsers.Zip(people))
        {
            ways.Add(Browser.PathIn(bed.Notion.OAuth.Allow(await browser.BeginAsync(secret), by)));
        }

        var pages = await Task.WhenAll(browsers.Zip(ways, (browser, way) => browser.GetAsync(way)));

        Assert.Single(pages, page => page.Location!.StartsWith("/connected/"));
        Assert.Single(pages, page => page.Location == "/ended/link-used");
        Assert.Equal(1, bed.Exchanges);
        browsers.ForEach(browser => browser.Dispose());
    }

    [Fact]
    public async Task An_unknown_link_and_an_expired_one_say_so()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        var secret = await bed.LinkAsync(life: TimeSpan.FromMinutes(5));
        var authorize = await browser.BeginAsync(secret);
        bed.Time.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal((410, "This link has expired"), await StatusAsync(browser.GetAsync($"/connect/{secret}")));
        Assert.Equal((410, "This link has expired"), await StatusAsync(browser.PressAsync(secret)));
        Assert.Equal("/ended/link-expired", (await browser.GetAsync(Browser.PathIn(bed.Notion.OAuth.Allow(authorize)))).Location);
        Assert.Equal((404, "Page not found"), await StatusAsync(browser.GetAsync($"/connect/{Access.GatewayKey.NewSecret()}")));
        Assert.Equal((404, "Page not found"), await StatusAsync(browser.GetAsync("/connect/short")));
        Assert.Equal((404, "Page not found"), await StatusAsync(browser.PressAsync("..%2f..%2fcallback")));
        Assert.Equal(0, bed.Exchanges);
    }

    [Fact]
    public async Task Connecting_the_same_workspace_again_keeps_the_grants_name()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        await browser.ConnectAsync(await bed.LinkAsync());
        var before = await bed.GrantAsync();

        var last = await browser.GetAsync((await browser.ConnectAsync(await bed.LinkAsync("crm/other"))).Location!);

        Assert.Contains("<dd>crm/acme</dd>", last.Text);
        Assert.Null(await bed.GrantAsync("crm/other"));
        Assert.Equal(before!.Version + 1, (await bed.GrantAsync())!.Version);
        await bed.Gateway.CountedAsync(1, "notion_gateway.oauth.connects", ("app", "crm"), ("outcome", "reconnected"));
        Assert.StartsWith("Reconnected 'crm/acme': workspace ", bed.Gateway.Logs.Named("Connected").Last().Text);
    }

    [Theory]
    [InlineData(false, "/ended/name-taken")]
    [InlineData(true, "/ended/name-taken-still-allowed")]
    public async Task A_name_that_another_workspace_has_is_not_given_away(bool cannotRevoke, string ending)
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        var people = bed.Notion.OAuth.Consenters.All;
        await browser.ConnectAsync(await bed.LinkAsync(), people[0]);
        var before = await bed.GrantAsync();
        var secret = await bed.LinkAsync();
        if (cannotRevoke)
        {
            bed.Notion.Faults.Add(new FaultRule { Fault = new OAuthErrorFault { Code = "internal_server_error" }, Path = "/v1/oauth/revoke" });
        }

        var page = await browser.ConnectAsync(secret, people[1]);

        Assert.Equal((303, ending), (page.Status, page.Location));
        Assert.Equal((409, "Another workspace has this name"), await StatusAsync(browser.GetAsync(page.Location!)));
        Assert.Equal((before!.Id, before.BotId, before.Version), await bed.GrantAsync() is { } after ? (after.Id, after.BotId, after.Version) : default);
        Assert.Equal(2, bed.Notion.OAuth.Calls.Revoke);
        var result = cannotRevoke ? "could not be stored; revoking it at Notion failed too: " : "could not be stored; it was revoked at Notion.";
        Assert.Contains(result, Assert.Single(bed.Gateway.Logs.Named("ConnectTakenBack")).Text);

        // The wrong choice of workspace has not cost the link.
        Assert.StartsWith("/connected/", (await browser.ConnectAsync(secret, people[0])).Location);
    }

    [Theory]
    [InlineData("invalid_grant", "/ended/notion-refused", "refused")]
    [InlineData("invalid_client", "/ended/notion-refused", "refused")]
    [InlineData("internal_server_error", "/ended/notion-unreachable", "failed")]
    public async Task When_Notion_does_not_exchange_the_code_the_link_stays_good(string error, string ending, string outcome)
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        var secret = await bed.LinkAsync();
        var fault = bed.Notion.Faults.Add(new FaultRule { Fault = new OAuthErrorFault { Code = error }, Path = "/v1/oauth/token" });

        var page = await browser.ConnectAsync(secret);

        Assert.Equal((303, ending), (page.Status, page.Location));
        Assert.Equal(502, (await browser.GetAsync(page.Location!)).Status);
        Assert.Null(await bed.GrantAsync());
        await bed.Gateway.CountedAsync(1, "notion_gateway.oauth.connects", ("app", "crm"), ("outcome", outcome));
        bed.Notion.Faults.Remove(fault.Number);
        Assert.StartsWith("/connected/", (await browser.ConnectAsync(secret)).Location);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_link_that_another_process_has_used_meanwhile_gives_no_second_grant(bool isConnectedAlready)
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        if (isConnectedAlready)
        {
            await browser.ConnectAsync(await bed.LinkAsync());
        }

        var before = await bed.GrantAsync();
        var secret = await bed.LinkAsync();
        var way = Browser.PathIn(bed.Notion.OAuth.Allow(await browser.BeginAsync(secret)));
        bed.Notion.Faults.Add(new FaultRule { Fault = new HoldFault(), Path = "/v1/oauth/token" });
        var exchanges = bed.Exchanges;

        var coming = browser.GetAsync(way);
        await bed.Gateway.UntilAsync(() => bed.Exchanges == exchanges + 1, "the exchange to begin");
        Assert.True(await bed.Store.TryUseLinkAsync(KeyDigest.Of(secret), bed.Time.GetUtcNow(), CancellationToken.None));
        bed.Notion.Faults.Clear();

        // An existing grant keeps the newest pair: Notion may have ended the one before.
        Assert.StartsWith(isConnectedAlready ? "/connected/" : "/ended/link-used", (await coming).Location);
        Assert.Equal(before?.Version + 1, (await bed.GrantAsync())?.Version);
        Assert.Equal(isConnectedAlready ? 0 : 2, bed.Notion.OAuth.Calls.Revoke);
    }

    [Fact]
    public async Task The_last_page_is_shown_for_as_long_as_one_looks_at_it()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        var address = (await browser.ConnectAsync(await bed.LinkAsync())).Location!;

        Assert.Equal((200, "Connected"), await StatusAsync(browser.GetAsync(address)));
        Assert.Equal((200, "Connected"), await StatusAsync(browser.GetAsync(address)));
        bed.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal((404, "Page not found"), await StatusAsync(browser.GetAsync(address)));
        Assert.Equal((404, "Page not found"), await StatusAsync(browser.GetAsync("/connected/0123456789abcdef0123456789abcdef")));
    }

    [Fact]
    public async Task One_link_is_not_begun_without_end()
    {
        await using var bed = await ConnectBed.StartAsync();
        using var browser = bed.Browser();
        var secret = await bed.LinkAsync();
        for (var start = 0; start < 20; start++)
        {
            await browser.BeginAsync(secret);
        }

        var page = await browser.PressAsync(secret);
        Assert.Equal((429, "600", null), (page.Status, page.Header("Retry-After"), page.SetCookie));
        Assert.StartsWith("/connected/", (await browser.ConnectAsync(await bed.LinkAsync("crm/other"))).Location);
        bed.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(303, (await browser.PressAsync(secret)).Status);
    }

    private static async Task<(int Status, string Heading)> StatusAsync(Task<Page> page) => ((await page).Status, (await page).Heading);

    private static async Task<JsonNode> WhoAmIAsync(ConnectBed bed)
    {
        using var client = bed.Gateway.Client();
        client.DefaultRequestHeaders.Add("Notion-Gateway-Credential", "crm/acme");
        return JsonNode.Parse(await client.GetStringAsync("/v1/users/me"))!;
    }
}
