namespace NotionGateway.Settings;

/// <summary>The name of this process among its replicas: that of its pod or container, else that of the machine.</summary>
internal sealed record InstanceName(string Value)
{
    public static InstanceName Of(IProcessEnvironment environment) =>
        new(environment.Get("HOSTNAME") is { } host && !string.IsNullOrWhiteSpace(host) ? host.Trim() : Environment.MachineName);
}
