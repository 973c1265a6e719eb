using System.Diagnostics.Metrics;

namespace NotionGateway.OAuth.Connect;

/// <summary>How an attempt to connect ended, as metrics say it.</summary>
internal enum ConnectEnd
{
    Connected,
    Reconnected,
    Cancelled,
    Refused,
    Failed,
}

/// <summary>Counts people who came back from Notion.</summary>
internal sealed class ConnectMetrics(IMeterFactory meters)
{
    /// <summary>The label for an unknown state.</summary>
    private const string UnknownApp = "unknown";

    private readonly Counter<long> _connects = meters.CreateGatewayMeter().CreateCounter<long>(
        "notion_gateway.oauth.connects", "{consent}", "People who returned from Notion, with or without a consent.");

    public void Ended(CredentialName? name, ConnectEnd end) => _connects.Add(
        1, new KeyValuePair<string, object?>("app", name?.App ?? UnknownApp), new KeyValuePair<string, object?>(GatewayMeter.Outcome, Label(end)));

    private static string Label(ConnectEnd end) => end switch
    {
        ConnectEnd.Connected => "connected",
        ConnectEnd.Reconnected => "reconnected",
        ConnectEnd.Cancelled => "cancelled",
        ConnectEnd.Refused => "refused",
        _ => "failed",
    };
}
