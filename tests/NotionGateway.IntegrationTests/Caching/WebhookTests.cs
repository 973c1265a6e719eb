using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using NotionGateway.Cli;
using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.Connections;

namespace NotionGateway.IntegrationTests.Caching;

/// <summary>What the webhooks listener accepts, how a webhook is set up, and that stored responses follow what Notion tells.</summary>
public sealed class WebhookTests
{
    private const string Token = "secret_TheVerificationTokenThatMustNeverBeSeen12345";
    private const string Page = "5eed0001-0000-4000-8000-000000000001";
    private const string Event = """{"id":"e1","type":"page.created","workspace_id":"w","entity":{"id":"p"},"data":{} }""";

    private readonly RecordingUpstream _notion = new()
    {
        Answer = _ => RawResponse.Json("""{"object":"user","id":"bot-1","bot":{"workspace_id":"w"} }"""),
    };

    [Fact]
    public async Task Only_what_is_signed_with_the_token_is_accepted_and_nobody_learns_why_not()
    {
        await using var gateway = await StartAsync();
        using var client = new HttpClient { BaseAddress = gateway.Webhooks };
        var right = Sign(Event);
        (string? Signature, string Body, int Status)[] deliveries =
        [
            (right, Event, 200),
            ("sha256=" + right["sha256=".Length..].ToUpperInvariant(), Event, 200),
            (null, Event, 401),
            ("", Event, 401),
            (right[..^1], Event, 401),
            (right["sha256=".Length..], Event, 401),
            (Sign(Event, "another token"), Event, 401),
            (right, Event.Replace(" ", ""), 401),
            (Sign("not JSON"), "not JSON", 400),
            (Sign(Event.Replace("\"w\"", "\"elsewhere\"")), Event.Replace("\"w\"", "\"elsewhere\""), 403),
            (null, """{"verification_token":"secret_another"}""", 401),
            (Sign(new string(' ', 256 * 1024 - Event.Length) + Event), new string(' ', 256 * 1024 - Event.Length) + Event, 200),
            (Sign(new string(' ', 256 * 1024)), new string(' ', 256 * 1024) + " ", 413),
        ];
        foreach (var (signature, body, status) in deliveries)
        {
            using var response = await PostAsync(client, body, signature);
            Assert.Equal((status, ""), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        }

        Assert.Equal(3, gateway.Metrics.Sum("notion_gateway.webhooks", ("webhook", "site"), ("outcome", "applied"))
            + gateway.Metrics.Sum("notion_gateway.webhooks", ("webhook", "site"), ("outcome", "duplicate")));
        Assert.Equal(1, gateway.Metrics.Sum("notion_gateway.webhooks", ("webhook", "site"), ("outcome", "other_workspace")));
        Assert.Equal(1, gateway.Metrics.Sum("notion_gateway.cache.invalidations", ("source", "event")));
        Assert.Contains(gateway.Logs.Lines, line => line.ToString().Contains("Webhook site -> 401 bad_signature"));
    }

    [Fact]
    public async Task Nothing_else_is_served_there_and_events_nowhere_else()
    {
        await using var gateway = await StartAsync();
        using var client = new HttpClient { BaseAddress = gateway.Webhooks };
        foreach (var path in (string[])["/notion/other", "/notion/site/", "/notion/site?a=b", "/NOTION/site", "/notion/", "/", "/v1/users/me", "/metrics"])
        {
            using var response = await PostAsync(client, Event, Sign(Event), path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        using (var get = await client.GetAsync("/notion/site"))
        {
            Assert.Equal(HttpStatusCode.NotFound, get.StatusCode);
        }

        using var callers = gateway.Client();
        using var elsewhere = await PostAsync(callers, Event, Sign(Event));
        Assert.NotEqual(HttpStatusCode.OK, elsewhere.StatusCode);
        Assert.Equal(0, gateway.Metrics.Sum("notion_gateway.webhooks", ("outcome", "applied")));
    }

    [Fact]
    public async Task A_body_that_comes_too_slowly_ends_after_five_seconds()
    {
        await using var gateway = await StartAsync();
        using var caller = new RawCaller(gateway.Webhooks, gateway.Canaries);
        await caller.SendAsync("POST /notion/site HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n{");
        var answer = caller.ReadResponseAsync();
        await gateway.AdvanceUntilAsync(() => answer.IsCompleted, "an end of the slow body");
        Assert.StartsWith("HTTP/1.1 400 ", (await answer).Text);
    }

    [Fact]
    public async Task The_token_that_Notion_sends_is_shown_once_to_an_operator()
    {
        await using var gateway = await StartAsync(setup => setup.Operator(The.OperatorKey)
            .Setting("Gateway:Webhooks:site:Setup", "true")
            .Setting("Gateway:Webhooks:site:Token:Source", null).Setting("Gateway:Webhooks:site:Token:Variable", null));
        var environment = new FakeEnvironment { ["GATEWAY_OPERATOR_KEY"] = The.OperatorKey };
        string[] command = ["webhooks", "token", "site", "--url", gateway.Operator.ToString()];
        var (none, shown, again) = (new StringWriter(), new StringWriter(), new StringWriter());
        Assert.Equal(ExitCode.Failed, await GatewayCommands.InvokeAsync(command, environment, error: none));
        Assert.Contains("No verification token is held", none.ToString());

        using var client = new HttpClient { BaseAddress = gateway.Webhooks };
        Assert.Equal(200, (int)(await PostAsync(client, $$"""{"verification_token":"{{Token}}"}""", signature: null)).StatusCode);
        Assert.Equal(401, (int)(await PostAsync(client, """{"verification_token":"secret_OfSomebodyElse"}""", signature: null)).StatusCode);
        Assert.Equal(401, (int)(await PostAsync(client, Event, Sign(Event))).StatusCode);
        Assert.Contains(gateway.Logs.Lines, line => line.ToString().Contains("Run 'notion-gateway webhooks token site'"));

        Assert.Equal(ExitCode.Done, await GatewayCommands.InvokeAsync(command, environment, output: shown));
        Assert.Equal(Token, shown.ToString().Trim());
        Assert.Equal(ExitCode.Failed, await GatewayCommands.InvokeAsync(command, environment, error: again));
        Assert.Contains(gateway.Logs.Lines, line => line.ToString().Contains("webhook_token") && line.ToString().Contains("webhook site"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_others_change_in_Notion_is_seen_when_its_event_has_come(bool isTroubled)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync(sandbox.BaseUrl, setup => Configure(setup, ConnectionSettings.DemoToken));
        sandbox.Webhooks.Add("demo", new Uri(gateway.Webhooks, "/notion/site"), plain => plain with
        {
            Token = Token,
            Late = TimeSpan.FromMilliseconds(isTroubled ? 200 : 0),
            Doubled = isTroubled,
            OutOfOrder = isTroubled,
        });
        using var reader = gateway.Client();
        using var other = new HttpClient { BaseAddress = sandbox.BaseUrl };
        other.DefaultRequestHeaders.Add("Authorization", $"Bearer {ConnectionSettings.DemoToken}");
        other.DefaultRequestHeaders.Add("Notion-Version", "2025-09-03");
        reader.DefaultRequestHeaders.Add("Notion-Version", "2025-09-03");

        Assert.Equal((false, false), (await IsLockedAsync(reader), await IsLockedAsync(reader)));
        await LockAsync(other, true);
        await LockAsync(other, false);
        await LockAsync(other, true);
        await gateway.UntilAsync(() => IsLockedAsync(reader), "the change");
        await gateway.UntilAsync(
            () => gateway.Metrics.Sum("notion_gateway.webhooks", ("outcome", "applied")) >= 2, "events that are applied");
        if (isTroubled)
        {
            await gateway.UntilAsync(() => gateway.Metrics.Sum("notion_gateway.webhooks", ("outcome", "duplicate")) >= 2, "doubled events");
        }
    }

    private static async Task LockAsync(HttpClient client, bool isLocked)
    {
        using var body = new StringContent(isLocked ? """{"is_locked":true}""" : """{"is_locked":false}""", Encoding.UTF8, "application/json");
        using var changed = await client.PatchAsync($"/v1/pages/{Page}", body);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    private static async Task<bool> IsLockedAsync(HttpClient client)
    {
        var text = await client.GetStringAsync($"/v1/pages/{Page}");
        using var json = System.Text.Json.JsonDocument.Parse(text);
        return json.RootElement.GetProperty("is_locked").GetBoolean();
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string body, string? signature, string path = "/notion/site")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Notion-Signature", signature);
        }

        return await client.SendAsync(request);
    }

    private static string Sign(string body, string token = Token) => string.Create(
        CultureInfo.InvariantCulture, $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(body)))}");

    private async Task<TestGateway> StartAsync(Action<GatewaySetup>? configure = null)
    {
        var gateway = await TestGateway.StartAsync(_notion.Address, setup =>
        {
            Configure(setup.OnFakeTime(), The.NotionToken);
            configure?.Invoke(setup);
        });
        if (configure is null)
        {
            // The token is read in the background.
            await gateway.UntilAsync(
                () => ((NotionGateway.Webhooks.WebhookTokens)gateway.Services.GetService(typeof(NotionGateway.Webhooks.WebhookTokens))!).Of("site") is not null,
                "the token");
        }

        return gateway;
    }

    private static void Configure(GatewaySetup setup, string token)
    {
        setup.Canaries.Guard(Token, "the token of a webhook");
        setup.Environment("WEBHOOK_TOKEN", Token)
            .Credential("default", token, probe: true)
            .Caller(The.Caller, The.Key, credential: "default")
            .Setting("Gateway:Caching:Policies:short:Ttl", "00:10:00")
            .Setting($"Gateway:Access:Callers:{The.Caller}:Cache", "short")
            .Setting("Gateway:Webhooks:site:Credentials:0", "default")
            .Setting("Gateway:Webhooks:site:Token:Source", "Environment")
            .Setting("Gateway:Webhooks:site:Token:Variable", "WEBHOOK_TOKEN");
    }
}
