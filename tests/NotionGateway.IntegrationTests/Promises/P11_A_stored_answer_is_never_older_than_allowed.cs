using System.Text;
using System.Text.Json;
using NotionGateway.IntegrationTests.FlowControl;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Promises;

/// <summary>
/// Promise 11: a stored answer is never older than its reader allows, never crosses connections, and never outlives a write that touches it. Access is
/// decided anew for every hit.
/// </summary>
public sealed class P11_A_stored_answer_is_never_older_than_allowed : IAsyncDisposable
{
    private const string Page = "/v1/pages/0f0f0f0f-1111-4222-8333-444444444444";
    private const string Query = "/v1/data_sources/0d0d0d0d-1111-4222-8333-444444444444/query";

    private readonly RecordingUpstream _notion = new();
    private int _version = 1;
    private volatile bool _rejects;

    public P11_A_stored_answer_is_never_older_than_allowed() => _notion.Answer = request => request.Target switch
    {
        "/v1/users/me" => Me(request),
        _ when _rejects => RawResponse.Json("""{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}""", 401),
        _ when request.Method is "PATCH" => RawResponse.Json($$"""
            {"object":"page","parent":{"data_source_id":"0d0d0d0d-1111-4222-8333-444444444444","database_id":"d"},"v":{{Interlocked.Increment(ref _version)}} }
            """),
        _ => RawResponse.Json($$"""{"object":"page","v":{{Volatile.Read(ref _version)}} }""", 200, "x-notion-request-id: n1", "ETag: \"e\""),
    };

    public ValueTask DisposeAsync() => _notion.DisposeAsync();

    [Fact]
    public async Task A_stored_answer_is_Notions_own_says_how_old_it_is_and_costs_no_permit()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        var first = await GetAsync(gateway, client);
        Assert.Equal("notion-gateway; fwd=miss; stored", CacheStatus(first));
        gateway.Clock.Advance(TimeSpan.FromSeconds(20));
        var second = await GetAsync(gateway, client);

        Assert.Matches("^notion-gateway; hit; ttl=3[0-9]$", CacheStatus(second));
        Assert.InRange(second.Headers.Age!.Value.TotalSeconds, 20, 25);
        Assert.Equal(await first.Content.ReadAsByteArrayAsync(), await second.Content.ReadAsByteArrayAsync());
        Assert.Equal(first.Content.Headers.ContentLength, second.Content.Headers.ContentLength);
        Assert.Equal(["n1"], second.Headers.GetValues("x-notion-request-id"));
        Assert.Equal("\"e\"", second.Headers.ETag!.Tag);
        Assert.NotEqual(first.Headers.GetValues("Notion-Gateway-Request-Id"), second.Headers.GetValues("Notion-Gateway-Request-Id"));
        Assert.Single(Reads());
        Assert.Equal(["identity"], Reads()[0].Values("Accept-Encoding"));
        await gateway.CountedAsync(1, "notion_gateway.cache.requests", ("outcome", "hit"));
        await gateway.CountedAsync(1, "notion_gateway.requests", ("outcome", "cached"));
    }

    [Theory]
    [InlineData("Http1", 1)]
    [InlineData("Http2", 2)]
    public async Task Its_bytes_are_Notions_whatever_the_protocol(string protocol, int major)
    {
        var body = Encoding.UTF8.GetBytes($"{{\"text\":\"{new string('é', 40_000)}\\u00e9\", \"n\" : 1.0e1}}");
        _notion.Answer = request => request.Target == "/v1/users/me"
            ? Me(request)
            : RawResponse.Raw($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n").Send(body);
        await using var gateway = await StartAsync(setup => setup.Setting("Kestrel:Endpoints:Data:Protocols", protocol));
        using var client = gateway.Client(version: new Version(major, major == 2 ? 0 : 1));
        foreach (var status in (string[])["notion-gateway; fwd=miss; stored", "notion-gateway; hit; ttl="])
        {
            using var response = await RunAsync(gateway, client.GetAsync(Page));
            Assert.StartsWith(status, CacheStatus(response));
            Assert.Equal(body.Length, response.Content.Headers.ContentLength);
            var received = await response.Content.ReadAsByteArrayAsync();
            Assert.True(received.AsSpan().SequenceEqual(body), "The bytes differ.");
        }
    }

    [Fact]
    public async Task It_is_never_older_than_its_policy_or_its_reader_allows()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        Assert.Equal(1, await VersionAsync(gateway, client));
        _version = 2;
        Assert.Equal(1, await VersionAsync(gateway, client));
        Assert.Equal(2, await VersionAsync(gateway, client, "no-cache"));
        Assert.Equal(2, await VersionAsync(gateway, client));
        _version = 3;
        gateway.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, await VersionAsync(gateway, client, "max-age=30"));
        Assert.Equal(3, await VersionAsync(gateway, client, "max-age=5"));
        _version = 4;
        gateway.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(4, await VersionAsync(gateway, client));
        Assert.Equal(504, (await GetAsync(gateway, client, "only-if-cached, max-age=0, min-fresh=1")).Status());
    }

    [Fact]
    public async Task Only_callers_with_a_policy_get_one()
    {
        await using var gateway = await StartAsync();
        using var with = gateway.Client();
        using var without = gateway.Client(The.OtherKey);
        await GetAsync(gateway, with);
        var plain = await GetAsync(gateway, without, "max-stale=1000");
        Assert.False(plain.Headers.Contains("Cache-Status"));
        Assert.Equal(2, Reads().Count);
    }

    [Fact]
    public async Task It_never_crosses_connections()
    {
        await using var gateway = await StartAsync(setup => setup
            .Credential("second", The.OtherToken, probe: true)
            .Setting($"Gateway:Access:Callers:{The.Caller}:Credentials:0", "second"));
        using var client = gateway.Client();
        await GetAsync(gateway, client);
        client.DefaultRequestHeaders.Add("Notion-Gateway-Credential", "second");
        Assert.Equal("notion-gateway; fwd=miss; stored", CacheStatus(await GetAsync(gateway, client)));
        Assert.Equal(2, Reads().Count);
    }

    [Fact]
    public async Task It_does_not_outlive_a_write_of_any_caller_on_any_connection_of_the_workspace()
    {
        await using var gateway = await StartAsync(setup => setup.Credential("second", The.OtherToken, probe: true)
            .Setting("Gateway:Access:Callers:other:Credential", "second"));
        using var reader = gateway.Client();
        using var writer = gateway.Client(The.OtherKey);
        Assert.Equal((1, 1), (await VersionAsync(gateway, reader), await VersionAsync(gateway, reader, target: Query)));
        Assert.Equal(200, (await RunAsync(gateway, gateway.SendAsync(writer, "PATCH", Page, "{}"))).Status());
        Assert.Equal((2, 2), (await VersionAsync(gateway, reader), await VersionAsync(gateway, reader, target: Query)));
    }

    [Fact]
    public async Task Its_reader_must_still_be_let_in()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        await GetAsync(gateway, client);
        var access = (Reloadable<NotionGateway.Access.AccessOptions>)gateway.Services.GetService(typeof(Reloadable<NotionGateway.Access.AccessOptions>))!;
        access.Replace(access.Current with
        {
            Callers = [.. access.Current.Callers.Select(caller => caller with { Disabled = caller.Name == The.Caller })],
        });
        Assert.Equal(401, (await GetAsync(gateway, client)).Status());
    }

    [Theory]
    [InlineData(404, "application/json", "")]
    [InlineData(200, "text/html", "")]
    [InlineData(200, "application/json", "Content-Encoding: gzip\r\n")]
    public async Task Other_answers_are_not_stored(int status, string type, string header)
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        var normal = _notion.Answer;
        _notion.Answer = request => request.Target == Page
            ? RawResponse.Raw($"HTTP/1.1 {status} Status\r\nContent-Type: {type}\r\n{header}Content-Length: 2\r\n\r\n{{}}")
            : normal(request);
        Assert.Equal("notion-gateway; fwd=miss", CacheStatus(await GetAsync(gateway, client)));
        Assert.Equal("notion-gateway; fwd=miss", CacheStatus(await GetAsync(gateway, client)));
    }

    [Fact]
    public async Task A_write_without_an_end_keeps_everything_of_its_workspace_away()
    {
        await using var gateway = await StartAsync(setup => setup.Flow("MaxAttempts", "1"));
        using var client = gateway.Client();
        await GetAsync(gateway, client);
        var normal = _notion.Answer;
        _notion.Answer = request => request.Method == "PATCH" ? new RawResponse().Reset() : normal(request);
        Assert.Equal(502, (await RunAsync(gateway, gateway.SendAsync(client, "PATCH", Page, "{}"))).Status());
        Assert.Equal("notion-gateway; fwd=miss", CacheStatus(await GetAsync(gateway, client)));
        gateway.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("notion-gateway; fwd=miss; stored", CacheStatus(await GetAsync(gateway, client)));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PATCH")]
    public async Task What_a_connection_has_read_is_not_given_out_once_Notion_has_rejected_its_token(string method)
    {
        await using var gateway = await StartAsync(setup => setup.Setting($"Gateway:Access:Callers:{The.Caller}:Permissions:0", "all"));
        using var client = gateway.Client();
        await GetAsync(gateway, client);
        _rejects = true;

        // Another page, so that a write does not touch the stored one by itself.
        using var other = new HttpRequestMessage(new HttpMethod(method), "/v1/pages/0e0e0e0e-1111-4222-8333-444444444444");
        other.Content = method == "PATCH" ? new StringContent("{}", System.Text.Encoding.UTF8, "application/json") : null;
        using var rejected = await RunAsync(gateway, client.SendAsync(other));
        Assert.Equal(502, rejected.Status());
        _rejects = false;

        Assert.Equal("notion-gateway; fwd=miss; stored", CacheStatus(await GetAsync(gateway, client)));
        Assert.Equal(2, Reads().Count);
    }

    private static RawResponse Me(RecordedRequest request) => RawResponse.Json(
        $$"""{"object":"user","id":"bot-{{(request.Values("Authorization")[0].EndsWith(The.OtherToken) ? 2 : 1)}}","bot":{"workspace_id":"w"} }""");

    private static string CacheStatus(HttpResponseMessage response) => Assert.Single(response.Headers.GetValues("Cache-Status"));

    private static async Task<HttpResponseMessage> RunAsync(TestGateway gateway, Task<HttpResponseMessage> sending) => await gateway.Clock.RunAsync(sending);

    private static async Task<int> VersionAsync(TestGateway gateway, HttpClient client, string? cacheControl = null, string target = Page)
    {
        using var json = JsonDocument.Parse(await (await GetAsync(gateway, client, cacheControl, target)).Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("v").GetInt32();
    }

    private static async Task<HttpResponseMessage> GetAsync(TestGateway gateway, HttpClient client, string? cacheControl = null, string target = Page)
    {
        using var request = new HttpRequestMessage(target == Query ? HttpMethod.Post : HttpMethod.Get, target);
        request.Content = target == Query ? new StringContent("{}", System.Text.Encoding.UTF8, "application/json") : null;
        if (cacheControl is not null)
        {
            request.Headers.TryAddWithoutValidation("Cache-Control", cacheControl);
        }

        return await RunAsync(gateway, client.SendAsync(request));
    }

    private List<RecordedRequest> Reads() => [.. _notion.Requests.Where(request => request.Target == Page && request.Method == "GET")];

    private Task<TestGateway> StartAsync(Action<GatewaySetup>? configure = null) => TestGateway.StartAsync(_notion.Address, setup =>
    {
        setup.OnFakeTime().Credential("default", The.NotionToken, probe: true)
            .Caller(The.Caller, The.Key, credential: "default").Caller("other", The.OtherKey, credential: "default")
            .Setting("Gateway:Caching:Policies:short:Ttl", "00:01:00")
            .Setting($"Gateway:Access:Callers:{The.Caller}:Cache", "short");
        configure?.Invoke(setup);
    });
}
