using NotionGateway.TestKit;
using NotionGateway.TestKit.Servers;

namespace NotionGateway.IntegrationTests.FlowControl.Shared;

/// <summary>Lets a gateway share its budget, in a corner of the server that no other test uses.</summary>
internal static class SharedSetup
{
    private const string Redis = "Gateway:Shared:Redis";

    public static GatewaySetup SharedOver(this GatewaySetup setup, RedisForAll redis, string? prefix = null) => setup.SharedAt(redis.Endpoint, prefix);

    public static GatewaySetup SharedOver(this GatewaySetup setup, RedisServer redis, string? prefix = null) => setup.SharedAt(redis.Endpoint, prefix);

    public static GatewaySetup Store(this GatewaySetup setup, string key, string value) => setup.Setting($"{Redis}:{key}", value);

    private static GatewaySetup SharedAt(this GatewaySetup setup, string endpoint, string? prefix) => setup
        .Setting($"{Redis}:Endpoints:0", endpoint)
        .Setting($"{Redis}:Tls", "false")
        .Setting($"{Redis}:Timeout", "00:00:02")
        .Setting($"{Redis}:ConnectTimeout", "00:00:30")
        .Setting($"{Redis}:KeyPrefix", prefix ?? $"g{Guid.NewGuid():N}");
}
