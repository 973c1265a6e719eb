using NotionGateway.Credentials;
using NotionGateway.Forwarding.Upstream;

namespace NotionGateway.Forwarding;

/// <summary>Registers the last stage: send it to Notion and bring the answer back.</summary>
internal static class ForwardingFeature
{
    public static IServiceCollection AddForwarding(this IServiceCollection services, ForwardingOptions options) => services
        .AddHttpForwarder()
        .AddSingleton(options)
        .AddSingleton<UpstreamClient>()
        .AddSingleton<ForwardingMetrics>()
        .AddSingleton<ITokenProbe, NotionTokenProbe>();

    /// <summary>Ends the way: every attempt is sent from here.</summary>
    public static IApplicationBuilder UseForwarding(this IApplicationBuilder app) => app.UseMiddleware<ForwardingMiddleware>();
}
