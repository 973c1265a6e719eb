using NotionGateway.Operator.Status;

namespace NotionGateway.Operator.Pages.Views;

/// <summary>The overview: what is wrong, who waits, which credential fails, why requests are denied, which configuration runs.</summary>
internal sealed record OverviewView
{
    private const int MostConnections = 20;

    /// <summary>What needs attention first.</summary>
    public required IReadOnlyList<StatusVerdict> Verdict { get; init; }

    public required IReadOnlyList<ConnectionView> Connections { get; init; }

    public required int FurtherConnections { get; init; }

    public string FurtherConnectionsText => $"and {StatusWords.Count(FurtherConnections, "more connection that is", "more connections that are")} less busy.";

    public required IReadOnlyList<CredentialView> Credentials { get; init; }

    public required IReadOnlyList<DenialCauseView> Denials { get; init; }

    public required ConfigurationView Configuration { get; init; }

    public static OverviewView Of(StatusSnapshot status) => new()
    {
        Verdict = [.. status.Verdict.OrderBy(verdict => verdict.Ok)],
        Connections = [.. status.Connections.Take(MostConnections).Select(ConnectionView.Of)],
        FurtherConnections = Math.Max(0, status.Connections.Count - MostConnections) + status.FurtherConnections,
        Credentials = [.. status.Credentials.Select(credential => CredentialView.Of(credential, status))],
        Denials = DenialCauseView.Of(status, DenialCauseView.FewCauses),
        Configuration = ConfigurationView.Of(status),
    };
}
