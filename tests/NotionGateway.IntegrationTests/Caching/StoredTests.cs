using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Caching.Store;
using NotionGateway.IntegrationTests.FlowControl;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Caching;

/// <summary>What is stored and what stays stored, where requests and responses are not the usual ones.</summary>
public sealed class StoredTests : IAsyncDisposable
{
    private const string Page = "/v1/pages/0f0f0f0f-1111-4222-8333-444444444444";
    private const string Query = "/v1/data_sources/0d0d0d0d-1111-4222-8333-444444444444/query";
    private const string Miss = "notion-gateway; fwd=miss";
    private const string Stored = "notion-gateway; fwd=miss; stored";
    private const string Hit = "notion-gateway; hit; ttl=";

    private readonly RecordingUpstream _notion = new();
    private Func<RecordedRequest, RawResponse?> _special = _ => null;

    public StoredTests() => _notion.Answer = request => request.Target == "/v1/users/me"
        ? RawResponse.Json("""{"object":"user","id":"bot-1","bot":{"workspace_id":"w"} }""")
        : _special(request) ?? RawResponse.Json("""{"object":"page","parent":{"workspace":true}}""");

    public ValueTask DisposeAsync() => _notion.DisposeAsync();

    [Theory]
    [InlineData("X-Amz-Date=99991231T235959Z&X-Amz-Expires=3600")]
    [InlineData("X-Amz-Date=00010101T000000Z&X-Amz-Expires=-1")]
    public async Task A_page_is_given_whatever_its_text_looks_like(string text)
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        _special = _ => RawResponse.Json($$"""{"object":"page","text":"{{text}}"}""");
        using var response = await gateway.Clock.RunAsync(client.GetAsync(Page));
        Assert.Equal((200, Miss), (response.Status(), CacheStatus(response)));
    }

    [Fact]
    public async Task A_response_that_cannot_be_stored_is_given_all_the_same()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        Assert.Equal(Stored, await ReadAsync(gateway, client));
        gateway.Services.GetRequiredService<CacheStore>().Evicted += _ => throw new InvalidOperationException("A defect.");
        client.DefaultRequestHeaders.CacheControl = new CacheControlHeaderValue { NoCache = true };
        using var response = await gateway.Clock.RunAsync(client.GetAsync(Page));
        Assert.Equal(200, response.Status());
        Assert.Single(gateway.Logs.Named("StoreBroke"));
    }

    [Theory]
    [InlineData("/v1/file_uploads/abc/send")]
    [InlineData("/v1/sessions")]
    [InlineData("/v1/agents/batch")]
    public async Task A_write_that_touches_nothing_that_is_stored_drops_nothing_however_it_ends(string target)
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        Assert.Equal(Stored, await ReadAsync(gateway, client));
        _special = request => request.Target switch
        {
            "/v1/sessions" => RawResponse.Raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9\r\n\r\ndata: 1\n\n"),
            "/v1/agents/batch" => Flowing.Error(503, "service_unavailable"),
            _ => null,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, target);
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Content = target.EndsWith("/send", StringComparison.Ordinal)
            ? new MultipartFormDataContent { { new ByteArrayContent(new byte[1000]), "file", "a.bin" } }
            : new StringContent("{}", Encoding.UTF8, "application/json");
        using var sent = await gateway.Clock.RunAsync(client.SendAsync(request));
        Assert.Equal(target == "/v1/agents/batch" ? 503 : 200, sent.Status());
        Assert.StartsWith(Hit, await ReadAsync(gateway, client), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(202, 300)]
    [InlineData(503, 60)]
    public async Task A_write_that_may_still_be_applied_keeps_reads_out_of_the_store_however_long_its_response_is(int status, int seconds)
    {
        await using var gateway = await StartAsync(setup => setup.Setting("Gateway:Caching:MaxEntryBytes", "1024"));
        using var client = gateway.Client();
        _special = request => request.Method == "PATCH" ? RawResponse.Json($"\"{new string('x', 2048)}\"", status) : null;
        using var sent = await gateway.Clock.RunAsync(gateway.SendAsync(client, "PATCH", Page, "{}"));
        Assert.Equal(status, sent.Status());
        gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Miss, await ReadAsync(gateway, client));
        gateway.Clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(Stored, await ReadAsync(gateway, client));
    }

    [Fact]
    public async Task A_page_that_a_template_is_being_applied_to_is_not_stored()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        using var sent = await gateway.Clock.RunAsync(gateway.SendAsync(client, "POST", "/v1/pages", """{"template":{"type":"default"}}"""));
        Assert.Equal(200, sent.Status());
        gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Miss, await ReadAsync(gateway, client));
        gateway.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(Stored, await ReadAsync(gateway, client));
    }

    [Theory]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"\u00ff\":1}")]
    public async Task A_write_is_sent_whatever_the_characters_of_its_body_are(string latin1)
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        var bytes = Encoding.Latin1.GetBytes(latin1);
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var sent = await gateway.Clock.RunAsync(client.PatchAsync(Page, content));
        Assert.Equal(200, sent.Status());
        Assert.Equal(bytes, Assert.Single(_notion.Requests, request => request.Method == "PATCH").Body);
    }

    [Theory]
    [InlineData("""{"filter":7}""", Hit)]
    [InlineData("""{"start_cursor":"gone"}""", Miss)]
    public async Task A_rejected_request_drops_the_first_page_of_a_list_only_if_it_names_a_place_in_it(string rejected, string then)
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        _special = request => request.BodyText == rejected ? Flowing.Error(400, "validation_error") : null;
        using var first = await gateway.Clock.RunAsync(gateway.SendAsync(client, "POST", Query, "{}"));
        Assert.Equal(Stored, CacheStatus(first));
        using var failed = await gateway.Clock.RunAsync(gateway.SendAsync(client, "POST", Query, rejected));
        Assert.Equal(400, failed.Status());
        using var second = await gateway.Clock.RunAsync(gateway.SendAsync(client, "POST", Query, "{}"));
        Assert.StartsWith(then, CacheStatus(second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_response_is_handed_to_the_server_in_pieces_so_that_a_reader_that_does_not_read_costs_no_more_than_another()
    {
        var written = new Written();
        await using var gateway = await StartAsync(setup => setup.Adjust(services => services.AddSingleton<IStartupFilter>(written)));
        using var client = gateway.Client();
        var body = $"\"{new string('x', 1_000_000)}\"";
        _special = _ => RawResponse.Json(body);
        foreach (var status in (string[])[Stored, Hit])
        {
            using var response = await gateway.Clock.RunAsync(client.GetAsync(Page));
            Assert.StartsWith(status, CacheStatus(response), StringComparison.Ordinal);
            Assert.Equal(body, await response.Content.ReadAsStringAsync());
        }

        Assert.InRange(written.Most, 1, 32 * 1024);
    }

    [Fact]
    public async Task A_reader_that_does_not_read_is_cut_off_so_that_it_does_not_keep_the_memory()
    {
        const int Length = 16_000_000;
        await using var gateway = await StartAsync(setup => setup.Setting("Gateway:Caching:MaxEntryBytes", "20000000")
            .Setting("Gateway:Caching:MaxBytes", "64000000").Setting("Gateway:Limits:MaxBufferedBytes", "128000000"));
        using var client = gateway.Client();
        _special = _ => RawResponse.Json($"\"{new string('x', Length)}\"");
        Assert.Equal(Stored, await ReadAsync(gateway, client));
        using var silent = gateway.RawCaller();
        await silent.SendAsync($"GET {Page} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\n\r\n");
        await gateway.CountedAsync(1, "notion_gateway.cache.requests", ("outcome", "hit"));
        var since = gateway.Clock.Elapsed;
        await gateway.AdvanceUntilAsync(
            () => gateway.Metrics.Sum("notion_gateway.requests", ("operation", "pages.retrieve")) == 2, "an end", TimeSpan.FromSeconds(1));
        Assert.InRange((gateway.Clock.Elapsed - since).TotalSeconds, 80, 600);
        Assert.InRange((await silent.ReadToEndAsync()).Text.Length, 0, Length - 1);
    }

    private static string CacheStatus(HttpResponseMessage response) => Assert.Single(response.Headers.GetValues("Cache-Status"));

    private static async Task<string> ReadAsync(TestGateway gateway, HttpClient client)
    {
        using var response = await gateway.Clock.RunAsync(client.GetAsync(Page));
        return CacheStatus(response);
    }

    private Task<TestGateway> StartAsync(Action<GatewaySetup>? configure = null) => TestGateway.StartAsync(_notion.Address, setup =>
    {
        setup.OnFakeTime().Credential("default", The.NotionToken, probe: true).Caller(The.Caller, The.Key, credential: "default")
            .Flow("MaxAttempts", "1")
            .Setting("Gateway:Caching:Policies:short:Ttl", "00:01:00")
            .Setting($"Gateway:Access:Callers:{The.Caller}:Cache", "short");
        configure?.Invoke(setup);
    });

    /// <summary>Stands before the gateway and sees what the server is given at once.</summary>
    private sealed class Written : IStartupFilter
    {
        private int _most;

        public int Most => Volatile.Read(ref _most);

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, then) =>
            {
                context.Response.Body = new Counted(context.Response.Body, this);
                return then(context);
            });
            next(app);
        };

        private sealed class Counted(Stream to, Written written) : MemoryStream
        {
            public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            {
                written._most = Math.Max(written._most, buffer.Length);
                return to.WriteAsync(buffer, cancellationToken);
            }

            public override Task FlushAsync(CancellationToken cancellationToken) => to.FlushAsync(cancellationToken);
        }
    }
}
