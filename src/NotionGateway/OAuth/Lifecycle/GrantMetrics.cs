using System.Diagnostics.Metrics;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Grants;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>How many grants there are, as counted a short while ago, and how many pairs wait to be stored.</summary>
internal sealed class GrantMetrics
{
    private readonly PendingTokenWrites _unsaved;
    private readonly Consents _consents;
    private volatile IReadOnlyList<(string App, GrantState State, long Count)> _counts = [];

    public GrantMetrics(IMeterFactory meters, OAuthApps apps, PendingTokenWrites unsaved, Consents consents)
    {
        (_unsaved, _consents) = (unsaved, consents);
        var meter = meters.CreateGatewayMeter();
        meter.CreateObservableGauge(
            "notion_gateway.oauth.grants",
            () => from app in apps.Names from state in Enum.GetValues<GrantState>() select Measure(app, state),
            "{grant}",
            "OAuth grants in the store, by app and state.");
        meter.CreateObservableGauge(
            "notion_gateway.oauth.unsaved",
            () => Unsaved,
            "{grant}",
            "Grants whose newest token pair is not stored yet: lost if the process ends.");
    }

    private int Unsaved => _unsaved.Count + _consents.Count;

    /// <summary>How many grants work, and whether any would be lost now.</summary>
    public PartNote Note() => new(Unsaved == 0, $"grants: {Of(GrantState.Active)} active, {Of(GrantState.Lost)} lost, {Unsaved} not stored yet");

    public void Take(IReadOnlyList<(string App, GrantState State, long Count)> counts) => _counts = counts;

    private long Of(GrantState state) => _counts.Where(count => count.State == state).Sum(count => count.Count);

    private Measurement<long> Measure(string app, GrantState state) => new(
        _counts.Where(count => count.App == app && count.State == state).Sum(count => count.Count),
        new KeyValuePair<string, object?>("app", app),
        new KeyValuePair<string, object?>("state", state == GrantState.Active ? "active" : "lost"));
}
