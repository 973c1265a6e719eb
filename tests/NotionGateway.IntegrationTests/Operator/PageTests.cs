using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using NotionGateway.Operator.Pages;
using NotionGateway.Operator.Sessions;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Operator;

/// <summary>What the operator page shows and does, on the whole pipeline. All of these tests share one gateway.</summary>
public sealed class PageTests(PageScene scene) : IClassFixture<PageScene>
{
    [Fact]
    public async Task Somebody_who_is_not_signed_in_gets_the_form()
    {
        var browser = scene.Open();
        using var response = await browser.GetAsync("/");

        Assert.Equal("/sign-in", response.Headers.Location?.OriginalString);
        Assert.Contains("<input id=\"key\" name=\"key\" type=\"password\"", await browser.ReadAsync("/sign-in"));
    }

    [Fact]
    public async Task A_request_and_a_denial_are_on_the_page_with_their_ids()
    {
        using var answered = await scene.Gateway.Client().GetAsync("/v1/users/me");
        using var denied = await scene.Gateway.Client("a key of nobody").GetAsync("/v1/users/me");
        scene.Gateway.Canaries.Guard("a key of nobody", "the key of nobody");
        var (good, bad) = (answered.Headers.GetValues("Notion-Gateway-Request-Id").Single(), denied.Headers.GetValues("Notion-Gateway-Request-Id").Single());
        var browser = await scene.SignInAsync();
        await scene.Gateway.UntilAsync(
            async () => (await browser.ReadAsync("/requests")) is var html && html.Contains(good) && html.Contains(bad), "both requests");

        Assert.Contains("users.me", await browser.ReadAsync($"/requests?id={good}"));
        Assert.DoesNotContain(bad, await browser.ReadAsync($"/requests?id={good}"));
        var denials = await browser.ReadAsync("/denials?reason=invalid_key");
        Assert.Contains(bad, denials);
        Assert.Contains(KeyDigest.Of("a key of nobody").Short, denials);
        Assert.Contains("invalid_key", await browser.ReadAsync("/"));
        using var body = JsonDocument.Parse(await denied.Content.ReadAsStringAsync());
        Assert.Contains($"<span class=\"said\"><bdi>{HtmlEncoder.Default.Encode(body.RootElement.GetProperty("message").GetString()!)}</bdi></span>", denials);
        Assert.Contains("fits the filter", await browser.ReadAsync("/requests?id=no-such-id"));
    }

    [Fact]
    public async Task Callers_are_shown_with_the_last_use_of_their_keys()
    {
        (await scene.Gateway.Client().GetAsync("/v1/users/me")).Dispose();
        var html = await (await scene.SignInAsync()).ReadAsync("/callers");

        Assert.Contains(KeyDigest.Of(The.Key).Short, html);
        Assert.Contains(" ago", html);
    }

    [Fact]
    public async Task A_request_is_explained_with_the_wait_it_would_have_now()
    {
        (await scene.Gateway.Client().GetAsync("/v1/users/me")).Dispose();
        var browser = await scene.SignInAsync();

        Assert.Contains("It would wait 0.0 s for a permit on default", await browser.ReadAsync("/explain?caller=crm&method=GET&path=/v1/users/me"));
        Assert.Contains("unknown_operation", await browser.ReadAsync("/explain?caller=crm&method=GET&path=/v1/nothing"));
    }

    [Fact]
    public async Task An_operator_has_a_token_tried_at_once_and_reads_what_came_of_it()
    {
        var browser = await scene.SignInAsync();
        var token = await browser.TokenAsync();
        using (var probe = await browser.PostAsync("/credentials/probe", ("token", token), ("credential", "default")))
        {
            Assert.Equal((HttpStatusCode.SeeOther, "/"), (probe.StatusCode, probe.Headers.Location?.OriginalString));
        }

        var html = await browser.ReadAsync("/");
        Assert.Matches("default: (Notion|not a response from Notion)", html);
        Assert.Contains("<form id=\"probe\" method=\"post\" action=\"/credentials/probe\">", html);
        using (var again = await browser.PostAsync("/credentials/probe", ("token", token), ("credential", "default")))
        {
            Assert.Equal((HttpStatusCode.TooManyRequests, "10"), (again.StatusCode, again.Headers.GetValues("Retry-After").Single()));
        }

        var lines = scene.Gateway.Logs.Named("Audit").Where(line => Equals(line.Values["Action"], "probe_credential")).ToList();
        Assert.All(lines, line => Assert.Equal((OperatorScene.Who, "default"), (line.Values["Who"], line.Values["Subject"])));
        Assert.Equal(["unknown", "queue_full"], lines.Select(line => $"{line.Values["Outcome"]}".Replace("accepted", "unknown")));
        using var get = await browser.GetAsync("/credentials/probe");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
    }

    [Fact]
    public async Task Grants_are_renamed_linked_revoked_and_deleted_by_whoever_types_their_names()
    {
        await scene.AddGrantAsync("crm/first");
        await scene.AddGrantAsync("crm/second");
        var browser = await scene.SignInAsync();
        var token = await browser.TokenAsync();
        Assert.Contains("/grants/crm/first", await browser.ReadAsync("/grants"));

        await DoAsync("/grants/crm/first", "/grants/crm/renamed", ("action", "rename"), ("name", "renamed"));
        Assert.Contains("crm/first is called crm/renamed now.", await browser.ReadAsync("/grants/crm/renamed"));
        Assert.DoesNotContain("is called", await browser.ReadAsync("/grants/crm/renamed"));

        await DoAsync("/grants", "/grants", ("app", "crm"), ("name", "new"), ("expires_in", "00:10:00"));
        Assert.Contains("https://connect.example.com/connect/", await browser.ReadAsync("/grants"));
        Assert.DoesNotContain("/connect/", await browser.ReadAsync("/grants"));
        Assert.Single(scene.Store.Links, link => link.Name.Value == "crm/new");
        await DoAsync("/grants/crm/renamed", "/grants/crm/renamed", ("action", "link"));
        Assert.Single(scene.Store.Links, link => link.Name.Value == "crm/renamed");

        using (var typo = await PostAsync("/grants/crm/second", ("action", "delete"), ("confirm", "crm/secnd")))
        {
            Assert.Equal(HttpStatusCode.BadRequest, typo.StatusCode);
            Assert.Contains(scene.Store.Grants, grant => grant.Name.Value == "crm/second");
        }

        await DoAsync("/grants/crm/second", "/grants", ("action", "delete"), ("confirm", "crm/second"));
        await DoAsync("/grants/crm/renamed", "/grants", ("action", "revoke"), ("confirm", "crm/renamed"));
        Assert.DoesNotContain(scene.Store.Grants, grant => grant.Name.Value is "crm/second" or "crm/renamed");
        using (var gone = await browser.GetAsync("/grants/crm/second"))
        {
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        }

        Assert.Equal(
            ["rename_grant crm/first", "create_link crm/new", "create_link crm/renamed", "delete_grant crm/second", "delete_grant crm/second",
                "revoke_grant crm/renamed"],
            scene.Gateway.Logs.Named("Audit").Where(line => Equals(line.Values["Who"], OperatorScene.Who) && $"{line.Values["Subject"]}".StartsWith("crm/"))
                .Where(line => $"{line.Values["Action"]}" is not "page").Select(line => $"{line.Values["Action"]} {line.Values["Subject"]}"));

        Task<HttpResponseMessage> PostAsync(string path, params (string, string)[] fields) => browser.PostAsync(path, [("token", token), .. fields]);

        async Task DoAsync(string path, string then, params (string, string)[] fields)
        {
            using var response = await PostAsync(path, fields);
            Assert.Equal((path, HttpStatusCode.SeeOther, then), (path, response.StatusCode, response.Headers.Location?.OriginalString));
        }
    }

    [Fact]
    public async Task Live_parts_come_as_events_and_another_view_of_the_session_ends_the_first()
    {
        var browser = await scene.SignInAsync();
        using var first = await browser.GetAsync("/live/");
        Assert.Equal("text/event-stream", first.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await first.Content.ReadAsStreamAsync());
        Assert.StartsWith("data: <div id=\"verdict\">", await reader.ReadLineAsync());

        using var second = await browser.GetAsync("/live/requests");
        Assert.EndsWith($"event: {PageLive.Moved}\ndata: \n\n", await reader.ReadToEndAsync());
        using var other = new StreamReader(await second.Content.ReadAsStreamAsync());
        Assert.StartsWith("data: <div id=\"tail\">", await other.ReadLineAsync());

        using (await browser.PostAsync("/sign-out", ("token", await browser.TokenAsync())))
        {
            Assert.EndsWith($"event: {PageLive.Gone}\ndata: \n\n", await other.ReadToEndAsync());
        }
    }

    [Fact]
    public async Task A_proxy_in_front_may_send_the_key_with_every_request()
    {
        var browser = scene.Open();
        browser.Authorization = $"Bearer {The.ViewerKey}";
        Assert.Contains("viewer", await browser.ReadAsync("/"));
        var cookie = browser.Cookie;
        await browser.ReadAsync("/callers");
        Assert.Equal(cookie, browser.Cookie);

        // Another person at the same browser has a session of their own.
        browser.Authorization = $"Bearer {The.OperatorKey}";
        Assert.Contains("operator <code>", await browser.ReadAsync("/"));
        Assert.NotEqual(cookie, browser.Cookie);
        browser.Authorization = "Bearer wrong";
        using var wrong = await browser.GetAsync("/");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    [Fact]
    public async Task Without_operators_nothing_of_the_page_exists()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        Assert.Null(gateway.Services.GetService(typeof(PageEndpoints)));
        Assert.Null(gateway.Services.GetService(typeof(OperatorSessions)));
    }

    [Fact]
    public async Task Outside_the_sandbox_no_address_signs_anybody_in()
    {
        Assert.Null(scene.Gateway.Services.GetService(typeof(OneTimeSignIn)));
        var browser = scene.Open();
        using var response = await browser.GetAsync($"/sign-in?once={new string('a', 43)}");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task What_anybody_may_fetch_takes_no_place_from_the_lines_about_refusals()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime().Operator(The.OperatorKey));
        var browser = new PageScene.Browser(gateway);
        for (var times = 0; times < 50; times++)
        {
            using var style = await browser.GetAsync("/page.css");
            Assert.Equal(HttpStatusCode.OK, style.StatusCode);
        }

        using var wrong = await browser.PostAsync("/sign-in", ("key", "ngw_wrong"));
        var refused = Assert.Single(gateway.Logs.Named("Audit"), line => line.Level == LogLevel.Warning);
        Assert.Equal("sign_in", refused.Values["Action"]);

        gateway.Clock.Advance(TimeSpan.FromSeconds(2));
        using var later = await browser.PostAsync("/sign-in", ("key", "ngw_wrong"));
        Assert.Empty(gateway.Logs.Named("AuditLeftOut"));
    }

    [Fact]
    public async Task Trying_keys_ends_after_twenty_and_an_open_page_does_not_hold_up_the_end()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime().Operator(The.OperatorKey));
        var (browser, open) = (new PageScene.Browser(gateway), new PageScene.Browser(gateway));
        using (await open.PostAsync("/sign-in", ("key", The.OperatorKey)))
        {
            for (var tries = 0; tries < PageSignIn.MostTries; tries++)
            {
                using var wrong = await browser.PostAsync("/sign-in", ("key", $"ngw_{tries}"));
                Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
            }
        }

        // On record, but so many a second at most.
        Assert.Equal(10, gateway.Logs.Named("Audit").Count(line =>
            (line.Values["Who"], line.Values["Action"], line.Values["Outcome"]) is ("unknown", "sign_in", "invalid_key")));
        using (var right = await browser.PostAsync("/sign-in", ("key", The.OperatorKey)))
        {
            Assert.Equal((HttpStatusCode.TooManyRequests, "600"), (right.StatusCode, right.Headers.GetValues("Retry-After").Single()));
        }

        // Who is signed in stays so.
        Assert.Contains("Overview", await open.ReadAsync("/"));
        gateway.Clock.Advance(PageSignIn.TriesWithin);
        using (var later = await browser.PostAsync("/sign-in", ("key", The.OperatorKey)))
        {
            Assert.Equal(HttpStatusCode.SeeOther, later.StatusCode);
        }

        using var live = await open.GetAsync("/live/");
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        var stopping = gateway.StopAsync();
        await gateway.Clock.RunAsync(stopping);
        Assert.True(stopping.IsCompletedSuccessfully);
    }
}
