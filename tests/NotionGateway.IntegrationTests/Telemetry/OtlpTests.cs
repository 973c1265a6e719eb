using System.Net;
using System.Net.Sockets;
using System.Text;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Telemetry;

/// <summary>What a collector gets, over the wire, and what it costs when there is none.</summary>
public sealed class OtlpTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string SpanId = "b7ad6b7169203331";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Metrics_spans_and_logs_arrive_with_the_names_of_the_contract(bool grpc)
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc);
        var stranger = await RunAsync(receiver.Address, grpc);

        Assert.Contains("notion-gateway", receiver.ServiceNames);
        foreach (var (name, unit, kind) in new[]
        {
            ("notion_gateway.requests", "{request}", "sum"), ("notion_gateway.request.duration", "s", "histogram"), ("notion_gateway.denials", "{request}", "sum"),
            ("notion_gateway.turns", "{turn}", "sum"), ("notion_gateway.queue.wait", "s", "histogram"), ("notion_gateway.window.used", "{request}", "gauge"),
            ("notion_gateway.upstream.responses", "{response}", "sum"), ("notion_gateway.upstream.retries", "{retry}", "sum"), ("notion_gateway.credential.age", "s", "gauge"),
        })
        {
            Assert.Contains(receiver.Series, series => (series.Name, series.Unit, series.Kind) == (name, unit, kind));
        }

        Assert.Contains(receiver.Series, series => series.Name == "notion_gateway.requests" && series.Attributes["operation"] == "users.me" && series.Attributes["caller"] == The.Caller);
        Assert.Contains(receiver.Logs, log => log.Body.Contains("users.me -> 200", StringComparison.Ordinal) || log.Attributes.GetValueOrDefault("Operation") == "users.me");
        Assert.Contains(receiver.Logs, log => log.Severity.StartsWith("Warn", StringComparison.OrdinalIgnoreCase) && log.Attributes.GetValueOrDefault("Reason") == "invalid_key");
        AssertSpans(receiver, stranger);

        // What Notion is asked and what callers present is nowhere in what went out.
        var all = receiver.AllText();
        Assert.DoesNotContain(The.NotionToken, all, StringComparison.Ordinal);
        Assert.DoesNotContain(The.Key, all, StringComparison.Ordinal);
        Assert.DoesNotContain("InTheRawAddress", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_that_holds_a_secret_leaves_without_it()
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc: false);
        await using (var gateway = await StartAsync(receiver.Address, new Uri("http://127.0.0.1:1"), grpc: false))
        {
            var log = (Microsoft.Extensions.Logging.ILoggerFactory)gateway.Services.GetService(typeof(Microsoft.Extensions.Logging.ILoggerFactory))!;
            var exception = new InvalidOperationException("the token ntn_99999999999SomebodyElsesTokenInAnException00 was bad");
            Microsoft.Extensions.Logging.LoggerExtensions.LogError(log.CreateLogger("Library"), exception, "calling with {Token}", "ntn_99999999999SomebodyElsesTokenInAValue000000");
        }

        var record = Assert.Single(receiver.Logs, record => record.Attributes.ContainsKey("exception.message"));
        Assert.Equal("the token [redacted] was bad", record.Attributes["exception.message"]);
        Assert.Equal("[redacted]", record.Attributes["Token"]);
        Assert.DoesNotContain("SomebodyElses", receiver.AllText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_is_not_there_costs_nothing_and_hardly_delays_the_exit()
    {
        var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var port = ((IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        await AssertHarmlessAsync(new Uri($"http://127.0.0.1:{port}"));
    }

    [Fact]
    public async Task A_collector_that_hangs_costs_nothing_and_hardly_delays_the_exit()
    {
        var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await AssertHarmlessAsync(new Uri($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"));
        silent.Stop();
    }

    [Fact]
    public async Task A_collector_that_refuses_costs_nothing_and_hardly_delays_the_exit()
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc: false);
        receiver.Status = 503;
        await AssertHarmlessAsync(receiver.Address);
        Assert.NotEmpty(receiver.Payloads);
    }

    [Fact]
    public async Task The_standard_variables_say_what_is_sampled_and_what_is_sent()
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc: false);
        await using var upstream = new RecordingUpstream();
        await using (var gateway = await StartAsync(receiver.Address, upstream.Address, grpc: false, ("OTEL_TRACES_SAMPLER", "always_off"), ("OTEL_LOGS_EXPORTER", "none")))
        {
            await gateway.Client().GetAsync("/v1/users/me");
        }

        Assert.NotEmpty(receiver.Series);
        Assert.Empty(receiver.Spans);
        Assert.Empty(receiver.Logs);
    }

    private static async Task AssertHarmlessAsync(Uri collector)
    {
        await using var upstream = new RecordingUpstream();
        var gateway = await StartAsync(collector, upstream.Address, grpc: false);
        var client = gateway.Client();
        for (var number = 0; number < 200; number++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/users/me")).StatusCode);
        }

        var since = TimeProvider.System.GetTimestamp();
        await gateway.StopAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(2.5));
        await gateway.DisposeAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(4));
    }

    /// <summary>Other gateways of this process trace too; these are known by their trace and by their id.</summary>
    private static void AssertSpans(OtlpReceiver receiver, string stranger)
    {
        const ulong Internal = 1, Server = 2, Client = 3;
        var request = Assert.Single(receiver.Spans, span => span.Kind == Server && span.TraceId == TraceId);
        Assert.Equal("2", request.Attributes["notion_gateway.attempts"]);
        Assert.Equal("POST search", request.Name);
        Assert.Equal((TraceId, SpanId), (request.TraceId, request.ParentId));
        Assert.Equal("/v1/search", request.Attributes["http.route"]);
        Assert.Equal("200", request.Attributes["http.response.status_code"]);
        Assert.Equal(The.Caller, request.Attributes["notion_gateway.caller"]);

        var children = receiver.Spans.Where(span => span.ParentId == request.SpanId).ToList();
        Assert.Equal(2, children.Count(span => span is { Kind: Internal, Name: "queue" }));
        Assert.Equal(["529", "200"], children.Where(span => span.Kind == Client).OrderBy(span => span.Attributes["notion_gateway.attempt"]).Select(span => span.Attributes["http.response.status_code"]));
        Assert.Contains(children, span => span.Attributes.GetValueOrDefault("http.request.resend_count") == "1");
        Assert.All(children.Where(span => span.Kind == Client), span => Assert.Equal("0f0f0f0f-1111-4222-8333-444444444444", span.Attributes["notion.request_id"]));

        // A stranger's trace is not joined.
        var refused = Assert.Single(receiver.Spans, span => span.Attributes.GetValueOrDefault("notion_gateway.request_id") == stranger);
        Assert.Equal("invalid_key", refused.Attributes["notion_gateway.reason"]);
        Assert.Equal("", refused.ParentId);
        Assert.NotEqual(TraceId, refused.TraceId);
        Assert.DoesNotContain(receiver.Spans, span => span.Attributes.ContainsKey("url.path") || span.Attributes.ContainsKey("url.full"));
    }

    /// <summary>A few requests; the id of the stranger's.</summary>
    private static async Task<string> RunAsync(Uri collector, bool grpc)
    {
        var searches = 0;
        await using var upstream = new RecordingUpstream
        {
            Answer = request => request.Target.StartsWith("/v1/search", StringComparison.Ordinal) && Interlocked.Increment(ref searches) == 1
                ? RawAnswer.Json("""{"code":"service_overload"}""", 529, "Retry-After: 1", "x-notion-request-id: 0f0f0f0f-1111-4222-8333-444444444444")
                : RawAnswer.Json("{}", 200, "x-notion-request-id: 0f0f0f0f-1111-4222-8333-444444444444"),
        };
        await using var gateway = await StartAsync(collector, upstream.Address, grpc);
        var client = gateway.Client();
        await client.GetAsync("/v1/users/me?cursor=InTheRawAddress");
        using var search = new HttpRequestMessage(HttpMethod.Post, "/v1/search") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        search.Headers.Add("traceparent", $"00-{TraceId}-{SpanId}-01");
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(search)).StatusCode);
        using var stranger = new HttpRequestMessage(HttpMethod.Get, "/v1/users/me");
        stranger.Headers.Add("traceparent", $"00-{TraceId}-{SpanId}-01");
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client("ngw_nobody").SendAsync(stranger)).StatusCode);
        Assert.All(upstream.Requests, sent => Assert.Empty(sent.Values("traceparent")));
        await gateway.UntilAsync(() => gateway.Logs.Named("Request").Count() == 3, "three lines");
        return (string)gateway.Logs.Named("Denial").Single().Values["RequestId"]!;
    }

    private static Task<TestGateway> StartAsync(Uri collector, Uri upstream, bool grpc, params (string Name, string Value)[] environment) => TestGateway.StartAsync(upstream, setup =>
    {
        setup.Environment("OTEL_EXPORTER_OTLP_ENDPOINT", collector.ToString())
            .Environment("OTEL_EXPORTER_OTLP_PROTOCOL", grpc ? "grpc" : "http/protobuf")
            .Environment("OTEL_METRIC_EXPORT_INTERVAL", "500");
        foreach (var (name, value) in environment)
        {
            setup.Environment(name, value);
        }
    });
}
