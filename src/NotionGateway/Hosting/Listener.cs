namespace NotionGateway.Hosting;

/// <summary>
/// The door a connection came in by. It is marked on the connection when it is accepted: a Host header or a port number
/// in a request says only what the caller wants to be believed.
/// </summary>
internal sealed class Listener
{
    /// <summary>Serves <c>/v1/…</c> to callers with a gateway key.</summary>
    public static readonly Listener Data = new("Data");

    /// <summary>Serves probes and metrics to the operator's own network.</summary>
    public static readonly Listener Management = new("Management");

    public static readonly IReadOnlyList<Listener> All = [Data, Management];

    private Listener(string name) => Name = name;

    public string Name { get; }

    public override string ToString() => Name;
}
