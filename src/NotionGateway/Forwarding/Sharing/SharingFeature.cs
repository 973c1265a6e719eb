using NotionGateway.Caching;
using NotionGateway.FlowControl;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.Forwarding.Sharing;

/// <summary>Registers what lets one response serve several requests.</summary>
internal static class SharingFeature
{
    public static IServiceCollection AddSharing(this IServiceCollection services) => services
        .AddSingleton<ResponseKey>(provider => provider.GetRequiredService<KeyTransform>().OfWaiting)
        .AddSingleton<PermitWait>(provider => new WaitTransform(provider.GetRequiredService<ConnectionQueues>()).Of);

    /// <summary>Lets the response to one attempt serve all who wait for it.</summary>
    public static SendAttempt Sharing(this IApplicationBuilder app, SendAttempt send) =>
        ActivatorUtilities.CreateInstance<SharingMiddleware>(app.ApplicationServices, send).SendAsync;
}
