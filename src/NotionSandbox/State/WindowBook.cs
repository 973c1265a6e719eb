using NotionSandbox.Connections;
using NotionSandbox.Limits;
using NotionSandbox.Routing;

namespace NotionSandbox.State;

/// <summary>
/// Keeps the windows of connections, workspaces and single endpoints, and decides about each request as it arrives.
/// </summary>
internal sealed class WindowBook(ConnectionRegistry connections, bool countRefused)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FixedWindow> _workspaces = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Connection, NotionEndpoint Endpoint), FixedWindow> _endpoints = [];

    /// <summary>Whether a request that is answered 429 uses up the window as well.</summary>
    public bool CountRefused { get; set; } = countRefused;

    /// <summary>The windows of one connection, by its name.</summary>
    public FixedWindow this[string connection] => connections[connection].Window;

    public void LimitWorkspace(string workspaceId, RequestLimit? limit) => Set(_workspaces, workspaceId, limit);

    public void LimitEndpoint(Connection connection, string method, string template, RequestLimit? limit)
    {
        var endpoint = EndpointTable.Named(method, template)
            ?? throw new ArgumentException($"There is no endpoint {method} {template}. Write its template, such as /v1/pages/{{page_id}}.", nameof(template));
        Set(_endpoints, (connection.Name, endpoint), limit);
    }

    /// <summary>Counts a request at the moment it arrives, in every window it belongs to.</summary>
    public Verdict Arrive(Connection connection, NotionEndpoint? endpoint, DateTimeOffset now)
    {
        lock (_gate)
        {
            var verdict = connection.IsBlocked
                ? new Verdict(LimitReason.Blocked, null)
                : Judge(connection.Window, LimitReason.Connection, now)
                    ?? Judge(OfWorkspace(connection), LimitReason.Workspace, now)
                    ?? Judge(OfEndpoint(connection, endpoint), LimitReason.Endpoint, now)
                    ?? Verdict.Admitted;
            foreach (var window in WindowsOf(connection, endpoint))
            {
                window.Count(now, verdict.IsAdmitted);
            }

            return verdict;
        }
    }

    /// <summary>A fault answered 429 after all: the request used up no window.</summary>
    public void Disown(Connection connection, NotionEndpoint? endpoint)
    {
        lock (_gate)
        {
            foreach (var window in WindowsOf(connection, endpoint))
            {
                window.Disown();
            }
        }
    }

    /// <summary>Forgets every count; the limits stay.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach (var window in connections.Select(connection => connection.Window).Concat(_workspaces.Values).Concat(_endpoints.Values))
            {
                window.Forget();
            }
        }
    }

    private IEnumerable<FixedWindow> WindowsOf(Connection connection, NotionEndpoint? endpoint)
    {
        yield return connection.Window;
        if (OfWorkspace(connection) is { } workspace)
        {
            yield return workspace;
        }

        if (OfEndpoint(connection, endpoint) is { } single)
        {
            yield return single;
        }
    }

    private FixedWindow? OfWorkspace(Connection connection) => _workspaces.GetValueOrDefault(connection.WorkspaceId);

    private FixedWindow? OfEndpoint(Connection connection, NotionEndpoint? endpoint) =>
        endpoint is null || _endpoints.Count == 0 ? null : _endpoints.GetValueOrDefault((connection.Name, endpoint));

    private Verdict? Judge(FixedWindow? window, string reason, DateTimeOffset now) =>
        window is null || window.HasRoom(now, CountRefused) ? null : new Verdict(reason, window.SecondsLeft(now));

    private void Set<TKey>(Dictionary<TKey, FixedWindow> windows, TKey key, RequestLimit? limit)
        where TKey : notnull
    {
        lock (_gate)
        {
            if (limit is null)
            {
                windows.Remove(key);
            }
            else
            {
                windows[key] = new FixedWindow(limit);
            }
        }
    }
}
