using System.Diagnostics.Metrics;

namespace NotionGateway.Credentials;

/// <summary>How old and how healthy credentials are, and how refreshing them goes.</summary>
internal sealed class CredentialsMetrics
{
    private readonly Counter<long> _refreshes;

    public CredentialsMetrics(IMeterFactory meters, CredentialStore store, TimeProvider time)
    {
        var meter = meters.CreateGatewayMeter();
        _refreshes = meter.CreateCounter<long>("notion_gateway.credential.refreshes", "{refresh}", "Reads of credential sources, by outcome.");
        meter.CreateObservableGauge(
            "notion_gateway.credential.age",
            () => store.All.Select(credential => (credential.Terms, credential.State.ReadAt)).Where(one => one.ReadAt.HasValue).Select(one =>
                new Measurement<double>((time.Monotonic() - one.ReadAt.GetValueOrDefault()).TotalSeconds, Labels(one.Terms))),
            "s",
            "Time since a credential's source was last read successfully.");
        meter.CreateObservableGauge(
            "notion_gateway.credential.healthy",
            () => store.All.Select(credential =>
                new Measurement<int>(credential.State.Refuse(credential.Terms, time.Monotonic()) is null ? 1 : 0, Labels(credential.Terms))),
            unit: null,
            "1 if a credential can be used, 0 if it is quarantined or has no token.");
        meter.CreateObservableGauge(
            "notion_gateway.credential.last_success",
            () => store.All.Select(credential => new Measurement<double>(
                time.WallClock(credential.LastSuccess)?.ToUnixTimeMilliseconds() / 1000.0 ?? 0, Labels(credential.Terms))),
            "s",
            "When Notion last accepted a credential's token, as Unix time; 0 if not since the start.");
    }

    public void Refreshed(CredentialTerms credential, string outcome) =>
        _refreshes.Add(1, [.. Labels(credential), new(GatewayMeter.Outcome, outcome)]);

    private static KeyValuePair<string, object?>[] Labels(CredentialTerms credential) =>
        [new(GatewayMeter.Credential, credential.Name.Label), new(GatewayMeter.Source, credential.Source)];
}
