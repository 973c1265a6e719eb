using NotionGateway.Settings;

namespace NotionGateway.Health;

/// <summary>How the program drains after SIGTERM, and when it is ready.</summary>
internal sealed record DrainOptions
{
    /// <summary><c>Gateway:DrainDelay</c>: how long everything is still served after readiness has gone; 5 seconds by default.</summary>
    public required TimeSpan DrainDelay { get; init; }

    /// <summary><c>Gateway:ShutdownTimeout</c>: the longest time from the signal to the exit; 30 seconds by default.</summary>
    public required TimeSpan ShutdownTimeout { get; init; }

    public static DrainOptions Read(SettingsSection gateway)
    {
        var options = new DrainOptions
        {
            DrainDelay = gateway.Duration("DrainDelay", TimeSpan.FromSeconds(5), TimeSpan.Zero, TimeSpan.FromMinutes(10)),
            ShutdownTimeout = gateway.Duration("ShutdownTimeout", TimeSpan.FromSeconds(30), TimeSpan.Zero, TimeSpan.FromMinutes(30)),
        };
        if (options.DrainDelay > options.ShutdownTimeout)
        {
            gateway.Error("DrainDelay", "is longer than ShutdownTimeout, which includes it");
        }

        return options;
    }
}
