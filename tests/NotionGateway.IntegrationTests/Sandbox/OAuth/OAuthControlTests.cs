using System.Text.Json.Nodes;
using NotionSandbox.OAuth;

namespace NotionGateway.IntegrationTests.Sandbox.OAuth;

/// <summary>Other programs do over HTTP what developers and the people who consent do.</summary>
public sealed class OAuthControlTests
{
    [Fact]
    public async Task The_overview_tells_all_there_is_to_know()
    {
        await using var visit = await AppVisit.StartAsync();
        await visit.ConnectAsync();

        var overview = (await visit.Visit.GetAsync("/_sandbox/oauth")).Done();

        Assert.Equal(
            """[{"name":"Demo app","client_id":"c11e0001-0000-4000-8000-000000000001","client_secret":"secret_DemoDemo""" +
            """DemoDemoDemoDemoDemoDemoDemoDemo001","redirect_uris":""" +
            """["http://127.0.0.1:3000/oauth/callback"],"token_lifetime_seconds":null,"disabled":false}]""",
            overview["apps"]!.ToJsonString());
        Assert.Equal("""{"authorize":0,"token":1,"exchange":1,"refresh":0,"rotation":0,"introspect":0,"revoke":0}""", overview["calls"]!.ToJsonString());
        Assert.Equal("rfc6749", (string?)overview["behaviour"]!["error_dialect"]);
        Assert.Equal("works", (string?)overview["behaviour"]!["access_token_at_reconnect"]);
        Assert.Equal((4, 1, 4), (overview["consenters"]!.AsArray().Count, (int)overview["grants"]!, overview["secrets"]!.AsArray().Count));
    }

    [Fact]
    public async Task Behaviour_can_be_changed_in_part()
    {
        await using var visit = await AppVisit.StartAsync();
        var before = visit.OAuth.Behaviour;

        (await visit.Visit.PatchAsync(
            "/_sandbox/oauth", JsonNode.Parse("""{"error_dialect":"open_api","access_token_at_refresh":"works","code_lifetime":"00:01:00"}""")!)).Done();

        Assert.Equal(
            before with
            {
                ErrorDialect = ErrorDialect.OpenApi,
                AccessTokenAtRefresh = NotionSandbox.Connections.OldToken.KeepsWorking,
                CodeLifetime = TimeSpan.FromMinutes(1),
            },
            visit.OAuth.Behaviour);
    }

    [Fact]
    public async Task Apps_can_be_added_and_changed()
    {
        await using var visit = await AppVisit.StartAsync();

        var added = (await visit.Visit.PostAsync(
            "/_sandbox/oauth/apps", JsonNode.Parse("""{"name":"CRM","redirect_uris":["https://crm.example/cb"],"capabilities":["read_content"]}"""))).Done();
        var changed = (await visit.Visit.PatchAsync(
            "/_sandbox/oauth/apps/CRM", JsonNode.Parse("""{"client_secret":"secret_x","token_lifetime_seconds":60}""")!)).Done();

        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", (string?)added["client_id"]);
        Assert.Matches("^secret_[A-Za-z0-9]{43}$", (string?)added["client_secret"]);
        Assert.Equal(("secret_x", 60), ((string?)changed["client_secret"], (int)changed["token_lifetime_seconds"]!));
        var crm = visit.OAuth.Apps["CRM"];
        var pair = await visit.ConnectAsync(app: crm);
        (await visit.Visit.GetAsync("/v1/users", pair.Access)).IsError(403, "restricted_resource");
        (await visit.Visit.PatchAsync(
            $"/_sandbox/oauth/apps/{crm.ClientId}",
            JsonNode.Parse("""{"token_lifetime_seconds":null,"disabled":true,"redirect_uris":["https://a.example/","https://b.example/"]}""")!)).Done();
        Assert.Equal((null, true, 2), (crm.TokenLifetime, crm.IsDisabled, crm.RedirectUris.Count));
    }

    [Fact]
    public async Task Consent_needs_no_browser()
    {
        await using var visit = await AppVisit.StartAsync();
        var url = visit.Visit.Sandbox.BaseUrl.GetLeftPart(UriPartial.Authority) + AppVisit.AuthorizeUrl(state: "a b");

        var allowed = (await ConsentAsync(
            new JsonObject { ["authorize_url"] = url, ["person"] = "grace@example.com", ["workspace"] = "Third workspace" })).Done();
        var cancelled = (await ConsentAsync(new JsonObject { ["authorize_url"] = url, ["cancel"] = true })).Done();
        var plain = (await ConsentAsync(new JsonObject { ["app"] = "Demo app" })).Done();

        Assert.Equal($"{AppVisit.Callback}?code={allowed["code"]}&state=a%20b", (string?)allowed["location"]);
        Assert.Equal("Third workspace", (string?)(await visit.ExchangeAsync((string?)allowed["code"], AppVisit.Callback)).Done()["workspace_name"]);
        Assert.Equal((null, $"{AppVisit.Callback}?error=access_denied&state=a%20b"), ((string?)cancelled["code"], (string?)cancelled["location"]));
        Assert.Equal(200, (await visit.ExchangeAsync((string?)plain["code"])).Status);

        Task<Reply> ConsentAsync(JsonObject body) => visit.Visit.PostAsync("/_sandbox/oauth/consent", body);
    }

    [Fact]
    public async Task Grants_are_listed_expired_and_revoked()
    {
        await using var visit = await AppVisit.StartAsync();
        (await visit.Visit.PostAsync(
            "/_sandbox/oauth/people", JsonNode.Parse("""{"workspace":"Acme","name":"Alan Turing","email":"alan@example.com"}"""))).Done();
        var alan = await visit.ConnectAsync(visit.OAuth.Consenters.Find("Alan Turing"));
        var ada = await visit.ConnectAsync(visit.OAuth.Consenters.Find("Ada Lovelace"));

        var listed = Assert.Single((await visit.Visit.GetAsync("/_sandbox/oauth/grants")).List(), grant => (string?)grant!["person"] == "Alan Turing");
        Assert.Equal(
            (alan.BotId, "Acme", "Demo app: alan@example.com in Acme"),
            ((string?)listed!["bot_id"], (string?)listed["workspace"], (string?)listed["connection"]));
        Assert.Equal(alan.Access, (string?)Assert.Single(listed["live_tokens"]!.AsArray()));

        Assert.Equal(1, await ExpiredAsync(new JsonObject { ["bot_id"] = alan.BotId }));
        Assert.Equal((false, true), (await visit.WorksAsync(alan.Access), await visit.WorksAsync(ada.Access)));
        Assert.Equal(0, await ExpiredAsync(new JsonObject { ["token"] = alan.Access }));
        Assert.Equal(1, await ExpiredAsync([]));
        (await visit.Visit.PostAsync($"/_sandbox/oauth/grants/{alan.BotId}/revoke")).Done();

        Assert.Equal((400, 200), ((await visit.RefreshAsync(alan.Refresh)).Status, (await visit.RefreshAsync(ada.Refresh)).Status));

        async Task<int> ExpiredAsync(JsonObject body) => (int)(await visit.Visit.PostAsync("/_sandbox/oauth/expire", body)).Done()["expired"]!;
    }

    [Theory]
    [InlineData("POST", "/_sandbox/oauth/apps", "{}")]
    [InlineData("POST", "/_sandbox/oauth/apps", """{"name":"Demo app"}""")]
    [InlineData("PATCH", "/_sandbox/oauth/apps/Nothing", "{}")]
    [InlineData("PATCH", "/_sandbox/oauth", """{"mood":"good"}""")]
    [InlineData("PATCH", "/_sandbox/oauth", """{"error_dialect":"latin"}""")]
    [InlineData("POST", "/_sandbox/oauth/people", """{"name":"Nobody"}""")]
    [InlineData("POST", "/_sandbox/oauth/consent", """{"person":"Nobody"}""")]
    [InlineData("POST", "/_sandbox/oauth/consent", """{"authorize_url":"http://127.0.0.1/v1/oauth/authorize?client_id=x"}""")]
    [InlineData("POST", "/_sandbox/oauth/expire", """{"bot_id":"x"}""")]
    [InlineData("POST", "/_sandbox/oauth/grants/x/revoke", "{}")]
    public async Task What_makes_no_sense_is_refused_with_a_sentence(string method, string target, string body)
    {
        await using var visit = await AppVisit.StartAsync();

        var reply = await visit.Visit.SendAsync(new HttpMethod(method), target, JsonNode.Parse(body));

        Assert.Equal(400, reply.Status);
        Assert.NotEmpty((string)reply.Json["error"]!);
    }
}
