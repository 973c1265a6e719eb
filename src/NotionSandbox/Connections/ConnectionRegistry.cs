using System.Collections;
using System.Collections.Concurrent;
using NotionSandbox.Ids;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Connections;

/// <summary>All connections, by name and by token.</summary>
internal sealed class ConnectionRegistry(WorkspaceDirectory workspaces, Random random, TimeProvider time) : IReadOnlyCollection<Connection>
{
    private const string Scheme = "Bearer ";

    private readonly ConcurrentDictionary<string, Connection> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HeldToken> _byToken = new(StringComparer.Ordinal);
    private readonly TokenMint _mint = new(random);
    private int _made;

    public int Count => _byName.Count;

    public Connection this[string name] =>
        Find(name) ?? throw new KeyNotFoundException($"No connection is called '{name}'. There are: {string.Join(", ", _byName.Keys)}.");

    public Connection? Find(string name) => _byName.GetValueOrDefault(name);

    public Connection Add(ConnectionSettings settings)
    {
        var workspace = workspaces.Open(settings.Workspace);
        var botId = FixedIds.Of(FixedIds.Bot, workspace.Number, Interlocked.Increment(ref _made));
        var connection = new Connection(this, settings, botId, workspace, settings.Token ?? _mint.Next());
        Issue(connection, connection.Token, settings.TokenExpires);
        if (!_byName.TryAdd(settings.Name, connection))
        {
            Revoke(connection.Token);
            throw new InvalidOperationException($"There is a connection called '{settings.Name}' already.");
        }

        return connection;
    }

    /// <summary>The connection behind an <c>Authorization</c> header's value, when it is a bearer token that lives.</summary>
    public Connection? FindBearer(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var token = authorization.AsSpan(Scheme.Length).Trim();
        return _byToken.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out var held) && held.WorksAt(time) ? held.Connection : null;
    }

    public bool IsLive(string token) => _byToken.TryGetValue(token, out var held) && held.WorksAt(time);

    public string Issue(Connection connection, string? token, DateTimeOffset? expires)
    {
        token ??= _mint.Next();
        if (!_byToken.TryAdd(token, new HeldToken(connection, expires)))
        {
            throw new InvalidOperationException("That token is in use already.");
        }

        return token;
    }

    public IReadOnlyList<string> TokensOf(Connection connection) =>
        [.. _byToken.Where(pair => pair.Value.Connection == connection && pair.Value.WorksAt(time)).Select(pair => pair.Key).Order(StringComparer.Ordinal)];

    public bool Revoke(string token) => _byToken.TryRemove(token, out _);

    public void RevokeAll(Connection connection)
    {
        foreach (var token in TokensOf(connection))
        {
            Revoke(token);
        }
    }

    public IEnumerator<Connection> GetEnumerator() => _byName.Values.OrderBy(connection => connection.BotId, StringComparer.Ordinal).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
