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
    /// <summary>The app of somebody whose state belongs to nothing.</summary>
    private const string UnknownApp = "unknown";

    private readonly Counter<long> _connects = meters.CreateGatewayMeter().CreateCounter<long>(
        "notion_gateway.oauth.connects", "{consent}", "People who came back from Notion with a consent or without one.");

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
