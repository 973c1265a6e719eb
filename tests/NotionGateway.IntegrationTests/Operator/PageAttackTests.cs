using System.Net;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Forwarding;
using NotionGateway.Operator.Pages;
using NotionGateway.Operator.Status;
using NotionGateway.Telemetry;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Operator;

/// <summary>The attacks on the operator page, one test each. All of them share one gateway.</summary>
public sealed class PageAttackTests(PageScene scene) : IClassFixture<PageScene>
{
    private static readonly string[] Pages = ["/", "/callers", "/denials", "/requests", "/explain", "/grants", "/configuration", "/grants/crm/acme", "/live/"];

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:8082")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("gateway.example.com.evil.example")]
    [InlineData("10.0.0.1")]
    public async Task A_name_that_was_made_to_lead_here_opens_nothing(string host)
    {
        var browser = await scene.SignInAsync();
        browser.Host = host;

        foreach (var path in Pages.Append("/sign-in").Append("/page.js"))
        {
            using var response = await browser.GetAsync(path);
            Assert.Equal((path, HttpStatusCode.BadRequest), (path, response.StatusCode));
            Assert.Contains("not served under this address", await response.Content.ReadAsStringAsync());
        }

        using var signIn = await browser.PostAsync("/sign-in", ("key", The.OperatorKey));
        Assert.Equal(HttpStatusCode.BadRequest, signIn.StatusCode);
        Assert.False(signIn.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    [InlineData("none")]
    [InlineData(null)]
    [InlineData("same-origin, cross-site")]
    public async Task A_form_on_another_site_changes_nothing_and_signs_nobody_in(string? fetchSite)
    {
        await scene.AddGrantAsync("crm/cross");
        var browser = await scene.SignInAsync();
        var token = await browser.TokenAsync();
        browser.FetchSite = fetchSite;

        foreach (var (path, fields) in new (string, (string, string)[])[]
        {
            ("/sign-in", [("key", The.OperatorKey)]),
            ("/sign-out", [("token", token)]),
            ("/grants", [("token", token), ("app", "crm"), ("name", "new")]),
            ("/credentials/probe", [("token", token), ("credential", "default")]),
            ("/grants/crm/cross", [("token", token), ("action", "delete"), ("confirm", "crm/cross")]),
        })
        {
            using var response = await browser.PostAsync(path, fields);
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, response.StatusCode));
            Assert.False(response.Headers.Contains("Set-Cookie"));
        }

        Assert.Contains(scene.Store.Grants, grant => grant.Name.Value == "crm/cross");
        Assert.DoesNotContain(scene.Store.Links, link => link.Name.Value == "crm/new");
        Assert.DoesNotContain(scene.Gateway.Logs.Named("Audit"), line => Equals(line.Values["Subject"], "default"));
    }

    [Fact]
    public async Task A_form_without_the_token_of_its_session_changes_nothing()
    {
        await scene.AddGrantAsync("crm/token");
        var (browser, other) = (await scene.SignInAsync(), await scene.SignInAsync());

        foreach (var token in new[] { "", "x", await other.TokenAsync() })
        {
            using var response = await browser.PostAsync(
                "/grants/crm/token", ("token", token), ("action", "delete"), ("confirm", "crm/token"));
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Contains("another session", await response.Content.ReadAsStringAsync());
            using var probe = await browser.PostAsync("/credentials/probe", ("token", token), ("credential", "default"));
            Assert.Equal(HttpStatusCode.Forbidden, probe.StatusCode);
        }

        Assert.Contains(scene.Store.Grants, grant => grant.Name.Value == "crm/token");
        Assert.DoesNotContain(scene.Gateway.Logs.Named("Audit"), line => Equals(line.Values["Subject"], "default"));
    }

    [Fact]
    public async Task A_session_that_somebody_else_has_put_into_a_browser_is_not_taken()
    {
        var browser = scene.Open();
        var planted = $"{NameOf((await scene.SignInAsync()).Cookie)}={new string('a', 43)}";
        browser.Cookie = planted;
        using (var signIn = await browser.PostAsync("/sign-in", ("key", The.OperatorKey)))
        {
            Assert.Equal(HttpStatusCode.SeeOther, signIn.StatusCode);
        }

        Assert.NotEqual(planted, browser.Cookie);
        var attacker = scene.Open();
        attacker.Cookie = planted;
        await AssertNotSignedInAsync(attacker);
    }

    [Fact]
    public async Task A_session_that_was_ended_is_worth_nothing()
    {
        var browser = await scene.SignInAsync();
        var stolen = scene.Open();
        stolen.Cookie = browser.Cookie;
        Assert.Contains("Overview", await stolen.ReadAsync("/"));

        using (var signOut = await browser.PostAsync("/sign-out", ("token", await browser.TokenAsync())))
        {
            Assert.Equal("/sign-in", signOut.Headers.Location?.OriginalString);
            Assert.Contains("max-age=0", signOut.Headers.GetValues("Set-Cookie").Single());
        }

        await AssertNotSignedInAsync(stolen);

        // Signing in again ends the session that the browser had.
        var again = await scene.SignInAsync();
        stolen.Cookie = again.Cookie;
        using (await again.PostAsync("/sign-in", ("key", The.OperatorKey)))
        {
            await AssertNotSignedInAsync(stolen);
        }
    }

    [Fact]
    public async Task Its_cookie_is_for_this_site_and_no_script()
    {
        var browser = scene.Open();
        using var local = await browser.PostAsync("/sign-in", ("key", The.OperatorKey));
        Assert.Matches(
            "^notion-gateway-operator-[0-9]+=[0-9A-Za-z]{43}; path=/; samesite=strict; httponly$", local.Headers.GetValues("Set-Cookie").Single());

        browser.Host = "gateway.example.com";
        using var proxied = await browser.PostAsync("/sign-in", ("key", The.OperatorKey));
        Assert.Matches(
            "^__Host-notion-gateway-operator=[0-9A-Za-z]{43}; path=/; secure; samesite=strict; httponly$", proxied.Headers.GetValues("Set-Cookie").Single());
        Assert.Equal("max-age=31536000", proxied.Headers.GetValues("Strict-Transport-Security").Single());
    }

    [Theory]
    [InlineData("/grants", "name", "viewed")]
    [InlineData("/grants/crm/acme", "action", "link")]
    [InlineData("/grants/crm/acme", "action", "rename")]
    [InlineData("/grants/crm/acme", "action", "revoke")]
    [InlineData("/grants/crm/acme", "action", "delete")]
    [InlineData("/credentials/probe", "credential", "default")]
    public async Task A_viewer_changes_nothing_by_the_page(string path, string field, string value)
    {
        await scene.AddGrantAsync("crm/acme");
        var viewer = await scene.SignInAsync(The.ViewerKey);

        using var response = await viewer.PostAsync(
            path, ("token", await viewer.TokenAsync()), ("app", "crm"), (field, value), ("confirm", "crm/acme"));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("changes nothing", await response.Content.ReadAsStringAsync());
        Assert.Contains(scene.Store.Grants, grant => grant.Name.Value == "crm/acme");
        Assert.DoesNotContain(scene.Store.Links, link => link.Name.Value is "crm/viewed");
        Assert.DoesNotContain("<form method=\"post\" action=\"/grants", await viewer.ReadAsync("/grants/crm/acme") + await viewer.ReadAsync("/grants"));
        Assert.DoesNotContain("/credentials/probe", await viewer.ReadAsync("/"));
        Assert.DoesNotContain("may-change", await viewer.ReadAsync("/"));
        Assert.DoesNotContain(scene.Gateway.Logs.Named("Audit"), line => Equals(line.Values["Subject"], "default"));
    }

    [Theory]
    [InlineData("GET", "/operator/v1/status", 200)]
    [InlineData("GET", "/operator/v1/grants", 200)]
    [InlineData("POST", "/operator/v1/connect-links", 403)]
    [InlineData("DELETE", "/operator/v1/grants/crm/api", 403)]
    [InlineData("POST", "/operator/v1/grants/crm/api/revoke", 403)]
    [InlineData("POST", "/operator/v1/grants/crm/api/rename", 403)]
    public async Task Nor_by_the_API(string method, string path, int status)
    {
        await scene.AddGrantAsync("crm/api");
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST" && !path.EndsWith("/revoke"))
        {
            request.Content = OperatorScene.Json("""{"app":"crm","name":"viewed"}""");
        }

        using var response = await scene.Gateway.OperatorClient(The.ViewerKey).SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(scene.Store.Grants, grant => grant.Name.Value == "crm/api");
    }

    [Fact]
    public async Task What_Notion_a_caller_or_an_address_can_choose_is_text_and_not_markup()
    {
        const string Evil = "</td><script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
        await scene.AddGrantAsync("crm/evil", grant => grant with { WorkspaceName = Evil, Owner = Evil });
        Deny(Evil);
        var browser = await scene.SignInAsync();
        var encoded = Uri.EscapeDataString(Evil);
        Assert.Contains("&lt;img src=x", await browser.ReadAsync("/denials") + await browser.ReadAsync("/requests"));

        foreach (var path in new[]
        {
            "/grants", "/denials", "/requests", "/grants/crm/evil", $"/grants?name={encoded}",
            $"/requests?caller={encoded}&status={encoded}&reason={encoded}&id={encoded}",
            $"/denials?caller={encoded}&reason={encoded}", $"/explain?caller={encoded}&method=GET&path={encoded}&credential={encoded}",
            $"/explain?caller=crm&method=GET&path=/v1/users/me&credential={encoded}", $"/?x={encoded}",
        })
        {
            var html = await browser.ReadAsync(path);
            Assert.DoesNotContain("<script>", html);
            Assert.DoesNotContain("<img", html);
            Assert.DoesNotContain("onerror=alert(2)>", html);
        }

        using (var denials = await browser.GetAsync("/live/denials"))
        using (var events = new StreamReader(await denials.Content.ReadAsStreamAsync()))
        {
            // An event ends with an empty line.
            var text = "";
            while (await events.ReadLineAsync() is { Length: > 0 } line)
            {
                text += line;
            }

            Assert.Contains("&lt;img src=x", text);
            Assert.DoesNotContain("<img", text);
        }

        using var stream = await browser.GetAsync($"/live/explain?caller=crm&method=GET&path=/v1/users/me&credential={encoded}");
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());
        Assert.DoesNotContain("<script>", await reader.ReadLineAsync());
    }

    [Theory]
    [InlineData("/sign-in?next=https://evil.example")]
    [InlineData("/sign-in?return=//evil.example")]
    [InlineData("/sign-in?once=https://evil.example")]
    [InlineData("/sign-in//evil.example")]
    public async Task No_address_leads_to_another_site(string path)
    {
        var browser = scene.Open();
        using var response = await browser.PostAsync(path, ("key", The.OperatorKey), ("next", "https://evil.example"));
        Assert.True(response.Headers.Location?.OriginalString is null or "/", $"{response.Headers.Location}");

        using var shown = await browser.GetAsync(path);
        Assert.True(shown.Headers.Location?.OriginalString is null or "/" or "/sign-in", $"{shown.Headers.Location}");
    }

    [Fact]
    public async Task No_page_can_be_framed_cached_or_used_by_another_site()
    {
        var browser = await scene.SignInAsync();

        foreach (var path in Pages.Append("/sign-in").Append("/page.css").Append("/page.js"))
        {
            using var response = await browser.GetAsync(path);
            string Header(string name) => string.Join(", ", response.Headers.TryGetValues(name, out var values) ? values : []);
            Assert.Equal(
                "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; "
                + "frame-ancestors 'none'",
                Header("Content-Security-Policy"));
            Assert.Equal(("DENY", "nosniff", "no-referrer"), (Header("X-Frame-Options"), Header("X-Content-Type-Options"), Header("Referrer-Policy")));
            Assert.Contains("no-store", Header("Cache-Control"));
            Assert.Equal("same-origin", Header("Cross-Origin-Opener-Policy"));
            Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData("PUT", "/", 405)]
    [InlineData("DELETE", "/grants/crm/acme", 405)]
    [InlineData("PATCH", "/", 405)]
    [InlineData("OPTIONS", "/", 405)]
    [InlineData("HEAD", "/", 405)]
    public async Task Other_methods_do_nothing(string method, string path, int status)
    {
        var browser = await scene.SignInAsync();
        using var response = await browser.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task The_pages_are_on_no_other_listener()
    {
        var cookie = (await scene.SignInAsync()).Cookie;
        foreach (var listener in new[] { scene.Gateway.Data, scene.Gateway.Management, scene.Gateway.Connect })
        {
            using var caller = new RawCaller(listener, scene.Gateway.Canaries);
            var response = await caller.ExchangeAsync(
                $"GET /configuration HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n");
            Assert.InRange(response.Status, 400, 405);
        }
    }

    [Theory]
    [InlineData("/%63onfiguration")]
    [InlineData("/configuration/")]
    [InlineData("/Configuration")]
    [InlineData("/live/../configuration")]
    [InlineData("//configuration")]
    public async Task A_page_has_one_spelling(string target)
    {
        var cookie = (await scene.SignInAsync()).Cookie;
        using var caller = new RawCaller(scene.Gateway.Operator, scene.Gateway.Canaries);
        var response = await caller.ExchangeAsync($"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n");

        // What is not a page is the API's, which knows no cookie.
        Assert.Equal((401, "missing_key"), (response.Status, response.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData("wrong")]
    [InlineData(The.Key)]
    [InlineData(The.OperatorKey + "x")]
    public async Task A_wrong_key_opens_nothing_and_is_not_shown_again(string key)
    {
        var browser = scene.Open();
        using var response = await browser.PostAsync("/sign-in", ("key", key));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.False(response.Headers.Contains("Set-Cookie"));
        var html = await response.Content.ReadAsStringAsync();
        Assert.Contains("The operator key is not valid", html);
        Assert.DoesNotContain("value=\"", html);
    }

    /// <summary>A denial whose message is what Notion has written.</summary>
    private void Deny(string message) => scene.Gateway.Services.GetRequiredService<RecentRequests>().Ended(
        new RequestFacts
        {
            Caller = Some.Caller("crm"),
            Refusal = new Refusal(RefusalReason.UpstreamOverloaded, message),
            Status = 429,
            Outcome = RequestOutcome.Denied,
            Upstream = UpstreamTiming.None,
        },
        Guid.NewGuid().ToString(),
        TimeSpan.Zero);

    private static async Task AssertNotSignedInAsync(PageScene.Browser browser)
    {
        foreach (var path in Pages)
        {
            using var response = await browser.GetAsync(path);
            if (path.StartsWith("/live", StringComparison.Ordinal))
            {
                Assert.Equal($"event: {PageLive.Gone}\ndata: \n\n", await response.Content.ReadAsStringAsync());
            }
            else
            {
                Assert.Equal((path, "/sign-in"), (path, response.Headers.Location?.OriginalString));
                Assert.Equal("", await response.Content.ReadAsStringAsync());
            }
        }
    }

    private static string NameOf(string? cookie) => cookie!.Split('=')[0];
}
