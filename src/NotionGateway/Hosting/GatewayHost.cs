using Microsoft.Extensions.Options;
using NotionGateway.Access;
using NotionGateway.Bodies;
using NotionGateway.Caching;
using NotionGateway.Caching.Store;
using NotionGateway.Credentials;
using NotionGateway.FlowControl;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Budget.Shared;
using NotionGateway.Forwarding;
using NotionGateway.Forwarding.Sharing;
using NotionGateway.Health;
using NotionGateway.Hosting.Connections;
using NotionGateway.Hosting.Listeners;
using NotionGateway.Hosting.Listeners.Certificates;
using NotionGateway.OAuth;
using NotionGateway.OAuth.Applications;
using NotionGateway.OAuth.Connect;
using NotionGateway.Operator;
using NotionGateway.Operator.Pages;
using NotionGateway.Settings;
using NotionGateway.Telemetry;
using NotionGateway.Telemetry.Lines;
using NotionGateway.Webhooks;

namespace NotionGateway.Hosting;

/// <summary>Builds the program from settings that have been checked. Nothing is read here that is not in its arguments.</summary>
internal static class GatewayHost
{
    static GatewayHost() =>
        // Two programs that disagree on whether a bare line feed ends a line read two different requests.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);

    public static WebApplication Build(
        SettingsSource source, IConfiguration configuration, GatewaySettings settings, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = "notion-gateway",
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = source.EnvironmentName,
        });
        builder.Configuration.AddInMemoryCollection(OtlpSignals.Variables(source.Environment));
        ConfigureLogging(builder.Logging, configuration, settings.Telemetry.JsonLines(source.Environment));
        ConfigureServer(builder, configuration, settings);
        builder.Services
            .Configure<HostOptions>(host => host.ShutdownTimeout = settings.Drain.ShutdownTimeout)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(SharedRandom)
            .AddSingleton(source)
            .AddSingleton(source.Environment)
            .AddSingleton(InstanceName.Of(source.Environment))
            .AddHostedService<SupervisorSignals>()
            .AddSingleton(settings.Limits)
            .AddConnections(settings.Limits)
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<ListenerCertificates>(provider, configuration))
            .AddSingleton<ClientHandshakes>()
            .AddHealth(settings.Health, settings.Drain)
            .AddTelemetry(settings.Telemetry, OtlpSignals.Read(source.Environment), GatewayVersion.Text)
            .AddAccess(new Reloadable<AccessOptions>(settings.Access))
            .AddBodies(settings.Forwarding.Bodies)
            .AddCredentials(new Reloadable<CredentialsOptions>(settings.Credentials), settings.Forwarding.Upstream)
            .AddFlowControl(new Reloadable<FlowControlOptions>(settings.FlowControl))
            .AddSharedBudget(settings.Shared)
            .AddForwarding(settings.Forwarding)
            .AddCaching(new Reloadable<CachingOptions>(settings.Caching), settings.Forwarding.DefaultNotionVersion)
            .AddSharing()
            .AddWebhooks(settings.Webhooks)
            .AddOAuth(settings.OAuth)
            .AddApplicationOAuth(settings.OAuth)
            .AddConnect(settings.OAuth)
            .AddOperator(settings.Operator, settings.OAuth.IsOn)
            .AddOperatorPage(settings.Operator, settings.OAuth.IsOn, source.IsSandbox ? KeyDigest.Of(SandboxOAuth.DemoOperatorKey) : null)
            .AddSingleton(provider => new ConfigurationStatus(
                new ConfigurationVersion(SettingsDigest.Of(configuration), provider.GetRequiredService<TimeProvider>().GetUtcNow())))
            .AddSingleton<ConfigurationMetrics>()
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<SettingsReloader>(provider, configuration))
            .AddHostedService(provider => provider.GetRequiredService<SettingsReloader>());
        adjust?.Invoke(builder);

        var app = builder.Build();
        app.UseGateway();
        _ = app.Services.GetRequiredService<ConfigurationMetrics>();
        app.Lifetime.ApplicationStarted.Register(() => Announce(app, configuration, settings));
        return app;
    }

    // The seam: everything else asks for a Random.
#pragma warning disable RS0030
    private static Random SharedRandom => Random.Shared;
#pragma warning restore RS0030

    private static void ConfigureLogging(ILoggingBuilder logging, IConfiguration configuration, JsonLineOptions? json)
    {
        logging.AddConfiguration(configuration.GetSection("Logging"));
        logging.Services.AddSingleton<ILoggerProvider>(provider => new LineLoggerProvider(
            new LineSink(StandardStreams.OpenOutput(), provider.GetRequiredService<DroppedLines>()), provider.GetRequiredService<TimeProvider>(), json));
        logging.Services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>, QuietFrameworkLogs>();
    }

    private static void ConfigureServer(WebApplicationBuilder builder, IConfiguration configuration, GatewaySettings settings)
    {
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // The reader of a body bounds it. The server's own bound would make the rest unreadable, and with it the response.
            kestrel.Limits.MaxRequestBodySize = null;

            // Bytes of a response's headers go out as they came in. Those of a request's are judged where they are used, not by the server.
            kestrel.ResponseHeaderEncodingSelector = _ => System.Text.Encoding.Latin1;
            kestrel.RequestHeaderEncodingSelector = _ => System.Text.Encoding.Latin1;
            kestrel.ConfigureListeners(configuration);
        });
    }

    private static void Announce(WebApplication app, IConfiguration configuration, GatewaySettings settings)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("NotionGateway");
        var addresses = ListenerAddresses.Of(app.Services, configuration).Select(open => $"{open.Listener} {open.Url}");
        var upstream = settings.Forwarding.Upstream;
        log.Started(GatewayVersion.Text, string.Join(", ", addresses), upstream.Authority, settings.Access.Callers.Count, settings.Credentials.All.Count);
        if (settings.Limits.FewDescriptors is { } descriptors)
        {
            log.FewDescriptors(settings.Limits.MaxConnections, descriptors);
        }

        if (!upstream.IsLoopback && upstream.Host != "api.notion.com")
        {
            log.UnusualUpstream(upstream.Authority);
        }
    }
}
