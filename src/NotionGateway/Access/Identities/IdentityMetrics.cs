using System.Diagnostics.Metrics;

namespace NotionGateway.Access.Identities;

/// <summary>Counts who was recognised by what. It is asked only where there are issuers.</summary>
internal sealed class IdentityMetrics(IMeterFactory meters)
{
    private readonly SeriesCounter<Series> _identities = new(
        meters.CreateGatewayMeter(), "notion_gateway.identities", "{request}", "Proofs that were presented, by their kind and what became of them.", Labels);

    public void Count(string kind, string? issuer, string outcome) => _identities.Add(new Series(kind, issuer ?? "none", outcome));

    private static KeyValuePair<string, object?>[] Labels(Series series) =>
        [new("kind", series.Kind), new("issuer", series.Issuer), new(GatewayMeter.Outcome, series.Outcome)];

    private readonly record struct Series(string Kind, string Issuer, string Outcome);
}
