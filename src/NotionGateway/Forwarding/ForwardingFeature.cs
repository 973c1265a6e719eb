using NotionGateway.Credentials;
using NotionGateway.FlowControl;
using NotionGateway.Forwarding.Upstream;

namespace NotionGateway.Forwarding;

/// <summary>Registers the last stage: send it to Notion and return the response.</summary>
internal static class ForwardingFeature
{
    public static IServiceCollection AddForwarding(this IServiceCollection services, ForwardingOptions options) => services
        .AddHttpForwarder()
        .AddSingleton(options)
        .AddSingleton<UpstreamClient>()
        .AddSingleton<ForwardingMetrics>()
        .AddSingleton<ITokenProbe, NotionTokenProbe>();

    /// <summary>Sends one attempt to Notion.</summary>
    public static SendAttempt Forwarding(this IApplicationBuilder app) =>
        ActivatorUtilities.CreateInstance<ForwardingMiddleware>(app.ApplicationServices).SendAsync;

    private static UpstreamTiming NoTiming => NotionGateway.Forwarding.UpstreamTiming.None;

    /// <summary>What is known of Notion's responses to the request so far.</summary>
    public static UpstreamTiming UpstreamTiming(this HttpContext context) => context.Features.Get<UpstreamTiming>() ?? NoTiming;
}
