using NotionGateway.Health;
using NotionGateway.Settings;

namespace NotionGateway.Operator.Status;

/// <summary>Puts the status of this gateway together from what its parts hold. It asks nobody else, and waits for nothing.</summary>
internal sealed class StatusReport(
    ConnectionReport connections, CredentialReport credentials, RecentRequests recent, ConfigurationStatus configuration, Readiness readiness,
    InstanceName instance, IEnumerable<PartStatus> parts, TimeProvider time)
{
    public StatusSnapshot Report()
    {
        var version = configuration.Current;
        var (busiest, further) = connections.Report();
        var status = new StatusSnapshot
        {
            Instance = instance.Value,
            GatewayVersion = GatewayVersion.Text,
            At = time.GetUtcNow(),
            StartedAt = recent.StartedAt,
            NotReady = readiness.WhyNot(),
            Configuration = new StatusConfiguration
            {
                Hash = version.Hash,
                AcceptedAt = version.AcceptedAt,
                RefusedAt = version.RefusedAt,
                Errors = version.Errors,
                NeedRestart = version.NeedRestart,
            },
            Connections = busiest,
            FurtherConnections = further,
            Credentials = credentials.Report(),
            DenialsLastMinute = recent.DenialsLastMinute,
            Denials = recent.Denials,
            Requests = recent.Requests,
        };
        return status with { Verdict = StatusVerdicts.Of(status, LastMinute(), [.. parts.Select(part => part()).OfType<PartNote>()]) };
    }

    private Use LastMinute() => recent.Uses.Sums().Values.Aggregate(default(Use), static (sum, use) => sum + use);
}
