namespace NotionGateway.Hosting.Listeners;

/// <summary>
/// The listener that accepted a connection. It is marked on the connection when it is accepted: a Host header or a port number
/// in a request says only what the caller wants to be believed.
/// </summary>
internal sealed class Listener
{
    /// <summary>Serves <c>/v1/…</c> to callers with a gateway key.</summary>
    public static readonly Listener Data = new("Data");

    /// <summary>Serves probes and metrics to the operator's own network.</summary>
    public static readonly Listener Management = new("Management");

    /// <summary>Serves the status, the operator page and the administration of OAuth grants to operators; by default on this machine only.</summary>
    public static readonly Listener Operator = new(
        "Operator", "http://127.0.0.1:8082", "Gateway:Operator:KeyHashes", "Gateway:Operator:ViewerKeyHashes", "Gateway:Operator:Identities");

    /// <summary>Serves people who connect their workspace in the browser.</summary>
    public static readonly Listener Connect = new("Connect", "http://*:8083", "Gateway:OAuth:Apps");

    /// <summary>Receives the events of Notion's webhooks.</summary>
    public static readonly Listener Webhooks = new("Webhooks", "http://*:8085", "Gateway:Webhooks");

    public static readonly IReadOnlyList<Listener> All = [Data, Management, Operator, Connect, Webhooks];

    private Listener(string name, string? defaultUrl = null, params string[] openedBy) => (Name, OpenedBy, DefaultUrl) = (name, openedBy, defaultUrl);

    public string Name { get; }

    /// <summary>The sections that enable it as soon as one of them has an entry; none if it is always open.</summary>
    public IReadOnlyList<string> OpenedBy { get; }

    /// <summary>Its address where none is configured. Those that are always open have theirs in the shipped file.</summary>
    public string? DefaultUrl { get; }

    public override string ToString() => Name;
}
