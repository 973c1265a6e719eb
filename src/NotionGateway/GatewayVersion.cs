using System.Reflection;

namespace NotionGateway;

/// <summary>The version of the program, as users know it: without the commit.</summary>
internal static class GatewayVersion
{
    public static string Text { get; } =
        typeof(GatewayVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? throw new InvalidOperationException("The assembly has no version.");
}
