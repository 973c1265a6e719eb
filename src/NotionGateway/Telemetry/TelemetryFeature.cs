using NotionGateway.Telemetry.Lines;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace NotionGateway.Telemetry;

/// <summary>Registers what is measured, traced and written about requests, and where it goes.</summary>
internal static class TelemetryFeature
{
    public const string MetricsPath = "/metrics";

    /// <summary>In milliseconds: others wait while one response is sent, so a client that does not read must not keep it for long.</summary>
    private const int SlowestScrape = 5000;

    /// <summary>The framework's own meters: the server, the client, the runtime. Their labels are closed sets too.</summary>
    private static readonly string[] FrameworkMeters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Net.NameResolution", "System.Runtime"];

    public static IServiceCollection AddTelemetry(this IServiceCollection services, TelemetryOptions options, OtlpSignals otlp, string version)
    {
        services
            .AddSingleton(options)
            .AddSingleton<DroppedLines>()
            .AddSingleton<RequestMetrics>()
            .AddSingleton<GatewaySpans>()
            .AddSingleton<AnonymousLogLimiter>()
            .AddSingleton<DenialLogLimit>();
        if (!options.Prometheus && otlp is { Metrics: false, Traces: false, Logs: false })
        {
            return services;
        }

        services.AddSingleton<CollectorWatch>().AddHostedService<TelemetryShutdown>();
        services.AddOptions<OtlpExporterOptions>().Configure<CollectorWatch>((exporter, watch) =>
        {
            // The exporter's own factory knows about certificates and timeouts.
            var create = exporter.HttpClientFactory;
            exporter.HttpClientFactory = () => new HttpClient(new CollectorHandler(create(), watch)) { Timeout = Timeout.InfiniteTimeSpan };
        });
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("notion-gateway", serviceVersion: version));
        if (options.Prometheus || otlp.Metrics)
        {
            telemetry.WithMetrics(metrics => Measure(metrics, options, otlp));
        }

        if (otlp.Traces)
        {
            telemetry.WithTracing(traces => traces.AddSource(GatewayMeter.Name).AddOtlpExporter());
        }

        if (otlp.Logs)
        {
            services.AddLogging(logging => logging.AddFilter<OpenTelemetryLoggerProvider>(typeof(UnsampledRequests).FullName, LogLevel.None));
            telemetry.WithLogging(logs => logs.AddProcessor(new RedactingProcessor()).AddOtlpExporter(), logs => logs.IncludeFormattedMessage = true);
        }

        return services;
    }

    public static IApplicationBuilder UseRequestTelemetry(this IApplicationBuilder app) => app.UseMiddleware<RequestTelemetryMiddleware>();

    /// <summary>The span of an admitted request; it ends with the request.</summary>
    public static IApplicationBuilder UseRequestSpan(this IApplicationBuilder app) => app.UseMiddleware<RequestSpanMiddleware>();

    /// <summary>Serves <c>/metrics</c> where it stands, if it is wanted.</summary>
    public static IApplicationBuilder UseMetricsPage(this IApplicationBuilder app) =>
        app.ApplicationServices.GetRequiredService<TelemetryOptions>().Prometheus ? app.UseOpenTelemetryPrometheusScrapingEndpoint(MetricsPath) : app;

    private static void Measure(MeterProviderBuilder metrics, TelemetryOptions options, OtlpSignals otlp)
    {
        metrics.AddMeter([GatewayMeter.Name, .. FrameworkMeters]).AddSeriesLimits();
        if (options.Prometheus)
        {
            metrics.AddPrometheusExporter(page => page.ScrapeResponseTimeoutMilliseconds = SlowestScrape);
        }

        if (otlp.Metrics)
        {
            metrics.AddOtlpExporter();
        }
    }
}
