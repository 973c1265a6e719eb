using System.Net;
using System.Text.RegularExpressions;
using NotionSandbox;
using NotionSandbox.OAuth;

namespace NotionGateway.IntegrationTests.Sandbox.OAuth;

/// <summary>A person in a browser is asked, and goes back to the app with the answer.</summary>
public sealed partial class AuthorizeTests
{
    private const string Ada = "beef0001-0000-4000-8000-000000000001@aaaa0001-0000-4000-8000-000000000001";
    private const string Grace = "beef0002-0000-4000-8000-000000000002@aaaa0002-0000-4000-8000-000000000001";

    [Fact]
    public async Task The_page_names_the_app_and_lets_one_choose()
    {
        await using var visit = await AppVisit.StartAsync();

        var page = await visit.Visit.GetAsync(AppVisit.AuthorizeUrl());

        Assert.Equal((200, "text/html; charset=utf-8"), (page.Status, page.Header("Content-Type")));
        Assert.Contains("<h1>Demo app would like to connect", page.Text, StringComparison.Ordinal);
        Assert.Equal(4, Label().Count(page.Text));
        Assert.Contains("> Grace Hopper in Second workspace</label>", page.Text, StringComparison.Ordinal);
        Assert.Contains(">Allow access</button>", page.Text, StringComparison.Ordinal);
        Assert.Contains(">Cancel</button>", page.Text, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'; style-src 'sha256-", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("no-store", page.Header("Cache-Control"));
        Assert.DoesNotContain("<script", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_allows_goes_back_with_a_code_and_the_state_as_it_was()
    {
        const string State = "a b+c/d=&e%20\"<ü";
        await using var visit = await AppVisit.StartAsync();
        var page = await visit.Visit.GetAsync(AppVisit.AuthorizeUrl(state: State));

        var reply = await SubmitAsync(visit, Fields(page.Text), ("who", Grace), ("decision", "allow"));

        Assert.Equal(302, reply.Status);
        Assert.Empty(reply.Text);
        var location = reply.Header("Location")!;
        Assert.StartsWith(AppVisit.Callback + "?code=", location, StringComparison.Ordinal);
        Assert.EndsWith("&state=" + Uri.EscapeDataString(State), location, StringComparison.Ordinal);
        var pair = (await visit.ExchangeAsync(CodeOf(location), AppVisit.Callback)).Done();
        Assert.Equal("Grace Hopper", (string?)pair["owner"]!["user"]!["name"]);
        Assert.Equal("Second workspace", (string?)pair["workspace_name"]);
    }

    [Fact]
    public async Task Whoever_cancels_goes_back_with_access_denied()
    {
        await using var visit = await AppVisit.StartAsync();
        var page = await visit.Visit.GetAsync(AppVisit.AuthorizeUrl(state: "x"));

        var reply = await SubmitAsync(visit, Fields(page.Text), ("decision", "cancel"));

        Assert.Equal((302, AppVisit.Callback + "?error=access_denied&state=x"), (reply.Status, reply.Header("Location")));
        Assert.Empty(visit.OAuth.Codes.All);
    }

    [Fact]
    public async Task Without_a_state_none_comes_back()
    {
        await using var visit = await AppVisit.StartAsync();

        Assert.Equal(AppVisit.Callback + "?error=access_denied", visit.OAuth.Cancel(AppVisit.AuthorizeUrl(state: null)));
    }

    [Fact]
    public async Task An_address_with_a_query_keeps_it()
    {
        await using var visit = await AppVisit.StartAsync();
        visit.App.RedirectUris = ["http://127.0.0.1:3000/cb?a=1"];

        Assert.Equal("http://127.0.0.1:3000/cb?a=1&error=access_denied&state=s", visit.OAuth.Cancel(AppVisit.AuthorizeUrl("http://127.0.0.1:3000/cb?a=1")));
    }

    [Theory]
    [InlineData("http://127.0.0.1:3000/oauth/callback/")]
    [InlineData("http://127.0.0.1:3000/oauth/Callback")]
    [InlineData("http://127.0.0.1:3001/oauth/callback")]
    [InlineData("http://127.0.0.1:3000/oauth/callback?x=1")]
    [InlineData("https://evil.example/")]
    [InlineData("")]
    public async Task An_address_that_is_not_registered_gets_an_error_page_and_no_redirect(string redirectUri)
    {
        await using var visit = await AppVisit.StartAsync();

        AssertDeadEnd(await visit.Visit.GetAsync(AppVisit.AuthorizeUrl(redirectUri)));
        AssertDeadEnd(await SubmitAsync(visit, [new("client_id", visit.App.ClientId), new("redirect_uri", redirectUri)], ("decision", "cancel")));
    }

    [Theory]
    [InlineData("/v1/oauth/authorize")]
    [InlineData("/v1/oauth/authorize?client_id=c11e0009-0000-4000-8000-000000000009&response_type=code&owner=user")]
    [InlineData(
        "/v1/oauth/authorize?client_id=" + OAuthAppSettings.DemoClientId + "&client_id=" + OAuthAppSettings.DemoClientId + "&response_type=code&owner=user")]
    [InlineData(
        "/v1/oauth/authorize?client_id=" + OAuthAppSettings.DemoClientId + "&redirect_uri=" + AppVisit.Callback + "&redirect_uri=https://evil.example/")]
    public async Task An_app_that_is_not_known_or_not_clear_gets_an_error_page(string target)
    {
        await using var visit = await AppVisit.StartAsync();

        AssertDeadEnd(await visit.Visit.GetAsync(target));
    }

    [Theory]
    [InlineData(null, "user", "invalid_request")]
    [InlineData("token", "user", "unsupported_response_type")]
    [InlineData("code", null, "invalid_request")]
    [InlineData("code", "workspace", "invalid_request")]
    public async Task Any_other_mistake_is_told_to_the_app(string? responseType, string? owner, string error)
    {
        await using var visit = await AppVisit.StartAsync();

        var reply = await visit.Visit.GetAsync(AppVisit.AuthorizeUrl(responseType: responseType, owner: owner));

        Assert.Equal((302, $"{AppVisit.Callback}?error={error}&state=s"), (reply.Status, reply.Header("Location")));
    }

    [Fact]
    public async Task A_parameter_that_comes_twice_is_told_to_the_app()
    {
        await using var visit = await AppVisit.StartAsync();

        Assert.Contains(
            "?error=invalid_request&", (await visit.Visit.GetAsync(AppVisit.AuthorizeUrl() + "&owner=user")).Header("Location"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disabled_app_is_told_so()
    {
        await using var visit = await AppVisit.StartAsync();
        visit.App.IsDisabled = true;

        Assert.Contains("?error=unauthorized_client&", (await visit.Visit.GetAsync(AppVisit.AuthorizeUrl())).Header("Location"), StringComparison.Ordinal);
        Assert.Equal("unauthorized_client", (string?)(await visit.ExchangeAsync("x")).Json["error"]);
    }

    [Fact]
    public async Task The_address_may_be_left_out_when_only_one_is_registered()
    {
        await using var visit = await AppVisit.StartAsync();

        var one = await visit.Visit.GetAsync(AppVisit.AuthorizeUrl(redirectUri: null));
        var back = await SubmitAsync(visit, Fields(one.Text), ("who", Ada), ("decision", "allow"));
        visit.App.RedirectUris = [AppVisit.Callback, "https://app.example/cb"];

        Assert.StartsWith(AppVisit.Callback + "?code=", back.Header("Location"), StringComparison.Ordinal);
        AssertDeadEnd(await visit.Visit.GetAsync(AppVisit.AuthorizeUrl(redirectUri: null)));
        Assert.Equal(200, (await visit.Visit.GetAsync(AppVisit.AuthorizeUrl("https://app.example/cb"))).Status);
    }

    [Fact]
    public async Task What_an_app_or_a_link_says_does_not_become_markup()
    {
        await using var visit = await AppVisit.StartAsync(new SandboxOptions
        {
            OAuthApps = [OAuthAppSettings.Demo with { Name = "<b>App</b>" }],
        });

        var page = await visit.Visit.GetAsync(AppVisit.AuthorizeUrl(state: "\"><script>alert(1)</script>"));

        Assert.DoesNotContain("<b>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Text, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;App", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("decision", "allow")]
    [InlineData("decision", "perhaps")]
    [InlineData("who", Ada)]
    public async Task Half_a_form_is_no_consent(string name, string value)
    {
        await using var visit = await AppVisit.StartAsync();
        var page = await visit.Visit.GetAsync(AppVisit.AuthorizeUrl());

        AssertDeadEnd(await SubmitAsync(visit, Fields(page.Text), (name, value)));

        Assert.Empty(visit.OAuth.Codes.All);
    }

    [Fact]
    public async Task Looking_at_the_page_changes_no_workspaces_number()
    {
        await using var visit = await AppVisit.StartAsync();
        var stranger = visit.Visit.Sandbox.AddConnection(new NotionSandbox.Connections.ConnectionSettings("stranger") { Workspace = "Elsewhere" });

        await visit.Visit.GetAsync(AppVisit.AuthorizeUrl());

        Assert.Equal("aaaa0002-0000-4000-8000-000000000001", stranger.WorkspaceId);
    }

    private static void AssertDeadEnd(Reply reply)
    {
        Assert.Equal((400, null), (reply.Status, reply.Header("Location")));
        Assert.Contains("This cannot be connected", reply.Text, StringComparison.Ordinal);
    }

    private static async Task<Reply> SubmitAsync(AppVisit visit, IEnumerable<KeyValuePair<string, string>> fields, params (string Name, string Value)[] chosen)
    {
        using var form = new FormUrlEncodedContent([.. fields, .. chosen.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        return await visit.Visit.SendContentAsync(HttpMethod.Post, "/v1/oauth/authorize", form);
    }

    /// <summary>What a browser would send without showing it.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Fields(string page) => HiddenField().Matches(page)
        .Select(match => KeyValuePair.Create(match.Groups["name"].Value, WebUtility.HtmlDecode(match.Groups["value"].Value)));

    private static string CodeOf(string location) => location.Split("?code=")[1].Split('&')[0];

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\">", RegexOptions.ExplicitCapture)]
    private static partial Regex HiddenField();

    [GeneratedRegex("<label>")]
    private static partial Regex Label();
}
