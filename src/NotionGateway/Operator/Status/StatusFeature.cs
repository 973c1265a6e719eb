namespace NotionGateway.Operator.Status;

/// <summary>Registers the status of the gateway for operators; without operators nothing of it exists.</summary>
internal static class StatusFeature
{
    public static IServiceCollection AddStatus(this IServiceCollection services) => services
        .AddSingleton<RecentRequests>()
        .AddSingleton<ConnectionReport>()
        .AddSingleton<CredentialReport>()
        .AddSingleton<StatusReport>();

    /// <summary>Remembers the requests that pass, if there are operators who may ask.</summary>
    public static IApplicationBuilder UseRecentRequests(this IApplicationBuilder app) =>
        app.ApplicationServices.GetService<RecentRequests>() is null ? app : app.UseMiddleware<RecentRequestsMiddleware>();
}
