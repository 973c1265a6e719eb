using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.IntegrationTests.FlowControl.Shared;
using NotionGateway.TestKit;
using OpenTelemetry.Exporter;

namespace NotionGateway.IntegrationTests.Telemetry;

/// <summary>The page about metrics lists every instrument that a running gateway has, with its kind and unit, and no other.</summary>
public sealed class MetricsPageTests(RedisForAll redis)
{
    [Fact]
    public async Task The_page_lists_just_the_instruments_there_are()
    {
        // With a public connection, its database, a shared budget and a webhook, since without them nothing of these is measured.
        var folder = Directory.CreateTempSubdirectory("notion-gateway-metrics-");
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await using var upstream = new RecordingUpstream();
        await using (var gateway = await TestGateway.StartAsync(
            upstream.Address,
            setup => setup
                .PublicConnection("crm", "client-id", The.OtherToken, Path.Combine(folder.FullName, "grants.db"))
                .InPostgres(server, database)
                .SharedOver(redis)
                .Setting("Gateway:Webhooks:site:Credentials:0", "default")
                .Setting("Gateway:Webhooks:site:Token:Source", "Environment")
                .Setting("Gateway:Webhooks:site:Token:Variable", "WEBHOOK_TOKEN")))
        {
            await gateway.Client().GetAsync("/v1/users/me");

            var page = Rows().Select(cells => (cells[1].Trim().Trim('`'), cells[2].Trim()));

            Assert.Equal(
                gateway.Metrics.Instruments.Select(
                    instrument => (instrument.Name, instrument.Unit is null ? Kind(instrument) : $"{Kind(instrument)}, {instrument.Unit}")).Distinct().Order(),
                page.Order());
            Assert.All(gateway.Metrics.Instruments, instrument => Assert.NotEmpty(instrument.Description!));
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task A_client_that_does_not_read_does_not_keep_others_from_the_metrics_for_long()
    {
        // More than the buffers between server and client hold.
        var text = new string('x', 4000);
        using var meter = new Meter("System.Net.NameResolution");
        meter.CreateObservableGauge("long", () => Enumerable.Range(0, 1500).Select(
            number => new Measurement<int>(number, KeyValuePair.Create<string, object?>("text", text + number))));
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Adjust(services => services
            .Configure<PrometheusAspNetCoreOptions>(page => page.ScrapeResponseCacheDurationMilliseconds = 0)));
        using var idle = new TcpClient { ReceiveBufferSize = 4096 };
        await idle.ConnectAsync(gateway.Management.Host, gateway.Management.Port);
        await idle.GetStream().WriteAsync("GET /metrics HTTP/1.1\r\nHost: g\r\n\r\n"u8.ToArray());
        await gateway.UntilAsync(() => idle.Available > 0, "the first response to begin");

        using var patience = new CancellationTokenSource(SafetyNet.Timeout / 2);
        using var client = gateway.ManagementClient();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/metrics", patience.Token)).StatusCode);
    }

    [Fact]
    public async Task Every_label_of_a_request_is_on_the_page()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        await gateway.Client().GetAsync("/v1/users/me?token=abc");
        await gateway.Client(key: null).GetAsync("/v1/users/me");
        await gateway.UntilAsync(() => gateway.Metrics.Sum("notion_gateway.requests") == 2, "both requests to end");
        gateway.Metrics.Gauges();

        var rows = Rows().ToDictionary(
            cells => cells[1].Trim().Trim('`'), cells => cells[3].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Order());

        Assert.All(gateway.Metrics.All, measurement => Assert.Equal(rows[measurement.Instrument], measurement.Labels.Keys.Order()));
    }

    private static IEnumerable<string[]> Rows() =>
        Repository.Read("docs", "metrics.md").Split('\n').Where(line => line.StartsWith("| `notion_gateway.")).Select(line => line.Split('|'));

    private static string Kind(Instrument instrument) => instrument switch
    {
        Counter<long> or ObservableCounter<long> => "counter",
        Histogram<double> => "histogram",
        _ => "gauge",
    };
}
