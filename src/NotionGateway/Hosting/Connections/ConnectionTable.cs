using NotionGateway.Hosting.Listeners;

namespace NotionGateway.Hosting.Connections;

/// <summary>
/// All open connections, and who gives way when there are too many. A connection without authentication gives way to a new one;
/// among callers, the one that holds most gives way to one that holds less.
/// </summary>
internal sealed class ConnectionTable(ConnectionLimits limits, TimeProvider time)
{
    /// <summary>How long a connection may take to authenticate, or where that is not asked for, to begin its first request.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly ConnectionPool _management = new();
    private readonly ConnectionPool _strangers = new();
    private readonly HashSet<OpenConnection> _leaving = [];
    private readonly Dictionary<string, HashSet<OpenConnection>> _seated = new(StringComparer.Ordinal);
    private int _seats;
    private int _open;

    /// <summary>How many are open, those included that are being closed.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _open;
            }
        }
    }

    /// <summary>Takes a new connection in. What was evicted for it is being closed. False if all that could give way is closing already.</summary>
    public bool TryAdd(OpenConnection connection, out OpenConnection? evicted)
    {
        lock (_lock)
        {
            evicted = null;
            var (pool, places) = connection.Listener == Listener.Management ? (_management, limits.Management) : (_strangers, limits.Others - _seats);
            if (pool.Places >= places && (evicted = UsedLongestAgo(pool.Connections)) is null)
            {
                return false;
            }

            evicted?.MarkClosing();
            pool.Add(connection);
            _open++;
        }

        evicted?.Close();
        return true;
    }

    /// <summary>Gives an authenticated connection to its caller; false if seats are scarce and no other caller holds more of them.</summary>
    public bool TrySeat(OpenConnection connection, string caller)
    {
        if (connection.Caller is not null)
        {
            return true;
        }

        OpenConnection? evicted = null;
        lock (_lock)
        {
            // One that is closing or has ended keeps its request, and gets no seat.
            if (connection.Caller is not null || connection.IsClosing || !_strangers.Connections.Contains(connection))
            {
                return true;
            }

            // A write that is at Notion outlives its connection: those that leave are not many at any time, since they count beside the others.
            if (_seats + connection.Places > limits.Seats && (_leaving.Count >= limits.Others - limits.Seats || (evicted = GivesWayTo(caller)) is null))
            {
                return false;
            }

            if (evicted is not null)
            {
                evicted.MarkClosing();
                Unseat(evicted);
                _leaving.Add(evicted);
            }

            Seat(connection, caller);
        }

        evicted?.Close();
        return true;
    }

    /// <summary>Gives a connection of HTTP/2 all the places that it takes; those used longest ago give way until they are there.</summary>
    public void Widen(OpenConnection connection)
    {
        List<OpenConnection> evicted = [];
        lock (_lock)
        {
            // Requests of one connection begin at the same time, and one that is closing or has ended takes nothing more.
            if (connection.Places > 1 || connection.IsClosing || !_strangers.Connections.Contains(connection))
            {
                return;
            }

            _strangers.Widen(connection, ConnectionLimits.PlacesOfHttp2);
            var places = limits.Others - _seats;
            if (_strangers.Places <= places)
            {
                return;
            }

            // What is being closed already makes room.
            var open = _strangers.Connections.Where(other => !other.IsClosing).Sum(other => other.Places);
            while (open > places && UsedLongestAgo(_strangers.Connections.Where(other => other != connection)) is { } next)
            {
                next.MarkClosing();
                evicted.Add(next);
                open -= next.Places;
            }
        }

        evicted.ForEach(other => other.Close());
    }

    /// <summary>Call this when a connection has ended.</summary>
    public void Remove(OpenConnection connection)
    {
        lock (_lock)
        {
            _open--;
            if (!_management.Remove(connection) && !_strangers.Remove(connection) && !_leaving.Remove(connection))
            {
                Unseat(connection);
            }
        }

        connection.MarkEnded();
    }

    /// <summary>Closes those that have been open too long for what they have done; to be called again and again.</summary>
    public void Sweep()
    {
        var now = time.GetTimestamp();
        OpenConnection[] overdue;
        lock (_lock)
        {
            overdue = [.. _management.Connections.Concat(_strangers.Connections).Where(connection => IsOverdue(connection, now))];
            Array.ForEach(overdue, connection => connection.MarkClosing());
        }

        Array.ForEach(overdue, connection => connection.Close());
    }

    private bool IsOverdue(OpenConnection connection, long now) =>
        !connection.IsClosing && time.GetElapsedTime(connection.OpenedAt, now) >= Timeout && (connection.Listener == Listener.Data || !connection.WasUsed);

    /// <summary>
    /// The caller that holds most gives way; to itself only what is idle, since a request in progress is worth more than one that has not begun.
    /// </summary>
    private OpenConnection? GivesWayTo(string caller)
    {
        if (_seated.Values.MaxBy(held => held.Count) is not { } most)
        {
            return null;
        }

        return _seated.TryGetValue(caller, out var own) && own.Count >= most.Count
            ? UsedLongestAgo(own.Where(connection => connection.IsIdle))
            : UsedLongestAgo(most.Where(connection => connection.IsIdle)) ?? most.MaxBy(connection => connection.UsedAt);
    }

    private static OpenConnection? UsedLongestAgo(IEnumerable<OpenConnection> connections) =>
        connections.Where(connection => !connection.IsClosing).MinBy(connection => connection.UsedAt);

    private void Seat(OpenConnection connection, string caller)
    {
        _strangers.Remove(connection);
        if (!_seated.TryGetValue(caller, out var held))
        {
            _seated.Add(caller, held = []);
        }

        held.Add(connection);
        connection.Caller = caller;
        _seats += connection.Places;
    }

    private void Unseat(OpenConnection connection)
    {
        if (connection.Caller is { } caller && _seated.TryGetValue(caller, out var held) && held.Remove(connection))
        {
            _seats -= connection.Places;
            if (held.Count == 0)
            {
                _seated.Remove(caller);
            }
        }
    }
}
