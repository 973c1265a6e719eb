using System.Net;
using System.Net.Sockets;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Telemetry;

/// <summary>What a collector must not get, and what it costs when there is none.</summary>
[Collection("Listeners to spans hear every gateway of the process")]
public sealed class OtlpTests
{
    [Fact]
    public async Task An_exception_that_holds_a_secret_leaves_without_it()
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc: false);
        await using (var gateway = await StartAsync(receiver.Address, new Uri("http://127.0.0.1:1"), grpc: false))
        {
            var log = (Microsoft.Extensions.Logging.ILoggerFactory)gateway.Services.GetService(typeof(Microsoft.Extensions.Logging.ILoggerFactory))!;
            var exception = new InvalidOperationException("the token ntn_99999999999SomebodyElsesTokenInAnException00 was bad");
            Microsoft.Extensions.Logging.LoggerExtensions.LogError(
                log.CreateLogger("Library"), exception, "calling with {Token}", "ntn_99999999999SomebodyElsesTokenInAValue000000");
        }

        var record = Assert.Single(receiver.Logs, record => record.Attributes.ContainsKey("exception.message"));
        Assert.Equal("the token [redacted] was bad", record.Attributes["exception.message"]);
        Assert.Equal("[redacted]", record.Attributes["Token"]);
        Assert.DoesNotContain("SomebodyElses", receiver.AllText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_is_not_there_costs_nothing_and_hardly_delays_the_exit()
    {
        using var nobody = new ClosedPort();
        await AssertHarmlessAsync(nobody.Address);
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
    public async Task A_collector_that_goes_and_comes_back_is_told_in_one_line_each()
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc: false);
        await using var upstream = new RecordingUpstream();
        receiver.Status = 503;
        await using var gateway = await StartAsync(receiver.Address, upstream.Address, grpc: false, ("OTEL_METRIC_EXPORT_INTERVAL", "100"));
        await gateway.Client().GetAsync("/v1/users/me");
        await gateway.UntilAsync(() => gateway.Logs.Named("CollectorUnreachable").Any(), "the collector to be missed");
        var sent = receiver.Payloads.Count;
        await gateway.UntilAsync(() => receiver.Payloads.Count > sent + 3, "metrics to be sent a few times");
        receiver.Status = 200;
        await gateway.UntilAsync(() => gateway.Logs.Named("CollectorReachable").Any(), "the collector to be back");

        Assert.Equal(receiver.Address.Authority, Assert.Single(gateway.Logs.Named("CollectorUnreachable")).Values["Collector"]);
        Assert.Single(gateway.Logs.Named("CollectorReachable"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_collector_that_is_not_there_is_told_once(bool grpc)
    {
        using var nobody = new ClosedPort();
        await using var upstream = new RecordingUpstream();
        await using (var gateway = await StartAsync(nobody.Address, upstream.Address, grpc, ("OTEL_METRIC_EXPORT_INTERVAL", "100")))
        {
            await gateway.Client().GetAsync("/v1/users/me");
            await gateway.UntilAsync(() => gateway.Logs.Named("CollectorUnreachable").Any(), "the line");
            await gateway.StopAsync();
            Assert.Contains("refused", Assert.Single(gateway.Logs.Named("CollectorUnreachable")).Text);
        }
    }

    [Fact]
    public async Task The_standard_variables_say_what_is_sampled_and_what_is_sent()
    {
        const string traceId = "0af7651916cd43dd8448eb211c80319c";
        await using var receiver = await OtlpReceiver.StartAsync(grpc: false);
        await using var upstream = new RecordingUpstream();
        await using (var gateway = await StartAsync(
            receiver.Address, upstream.Address, grpc: false, ("OTEL_TRACES_SAMPLER", "always_off"), ("OTEL_LOGS_EXPORTER", "none")))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/users/me");
            request.Headers.Add("traceparent", $"00-{traceId}-b7ad6b7169203331-01");
            Assert.Equal(HttpStatusCode.OK, (await gateway.Client().SendAsync(request)).StatusCode);
        }

        Assert.NotEmpty(receiver.Series);

        // Another gateway of this process may end a span here that began while somebody listened.
        Assert.DoesNotContain(receiver.Spans, span => span.TraceId == traceId);
        Assert.Empty(receiver.Logs);
    }

    private static async Task AssertHarmlessAsync(Uri collector)
    {
        await using var upstream = new RecordingUpstream();

        // If anything waited for the collector, it would wait for ten minutes.
        const string Long = "600000";
        var gateway = await StartAsync(
            collector, upstream.Address, grpc: false,
            ("OTEL_EXPORTER_OTLP_TIMEOUT", Long), ("OTEL_METRIC_EXPORT_TIMEOUT", Long), ("OTEL_BSP_EXPORT_TIMEOUT", Long), ("OTEL_BLRP_EXPORT_TIMEOUT", Long));
        var client = gateway.Client();
        for (var number = 0; number < 200; number++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/users/me")).StatusCode);
        }

        await Task.Run(gateway.StopAsync).WaitAsync(SafetyNet.Timeout);
        await Task.Run(async () => await gateway.DisposeAsync()).WaitAsync(SafetyNet.Timeout);
    }

    private static Task<TestGateway> StartAsync(
        Uri collector, Uri upstream, bool grpc, params (string Name, string Value)[] environment) => TestGateway.StartAsync(upstream, setup =>
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
