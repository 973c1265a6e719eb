namespace NotionGateway.Telemetry;

/// <summary>Registers what is measured and written about requests.</summary>
internal static class TelemetryFeature
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services) => services
        .AddSingleton<RequestMetrics>()
        .AddSingleton<StrangerLogLimit>();

    public static IApplicationBuilder UseRequestTelemetry(this IApplicationBuilder app) => app.UseMiddleware<RequestTelemetryMiddleware>();
}
