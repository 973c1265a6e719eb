using NotionGateway.Telemetry;

namespace NotionGateway.Operator.Status;

/// <summary>Registers the status of the gateway for operators; without operators nothing of it exists.</summary>
internal static class StatusFeature
{
    public static IServiceCollection AddStatus(this IServiceCollection services) => services
        .AddSingleton<RecentRequests>()
        .AddSingleton<RequestEnded>(provider => provider.GetRequiredService<RecentRequests>().Ended)
        .AddSingleton<ConnectionReport>()
        .AddSingleton<CredentialReport>()
        .AddSingleton<CallerReport>()
        .AddSingleton<StatusReport>();
}
