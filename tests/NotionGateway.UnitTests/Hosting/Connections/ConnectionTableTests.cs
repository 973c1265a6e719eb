using Microsoft.Extensions.Time.Testing;
using NotionGateway.Hosting.Connections;
using NotionGateway.Hosting.Listeners;

namespace NotionGateway.UnitTests.Hosting.Connections;

/// <summary>Who gives way to whom when connections are scarce. Ten places: two for management, eight for all others, six of these for callers.</summary>
public sealed class ConnectionTableTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConnectionTable _table;
    private readonly List<OpenConnection> _closed = [];

    public ConnectionTableTests() => _table = new ConnectionTable(new ConnectionLimits(10), _time);

    [Fact]
    public void The_stranger_that_was_idle_longest_gives_way_to_a_new_connection()
    {
        var strangers = Open(8);
        Use(strangers[0]);

        var newcomer = Open();

        Assert.Equal([strangers[1]], _closed);
        Assert.False(newcomer.IsClosing);
    }

    [Fact]
    public void What_is_being_closed_counts_until_it_has_ended_and_is_not_closed_twice()
    {
        Open(8);
        var newcomers = Open(8);
        Assert.Equal(8, _closed.Distinct().Count());
        Assert.Equal(16, _table.Count);

        // The new ones make room for those that come after them, and then there is none left.
        Open(8);
        Assert.Equal(newcomers, _closed.Skip(8));
        _closed.ForEach(_table.Remove);
        Assert.Equal(8, _table.Count);
        Assert.All(newcomers, connection => Assert.True(connection.Ended.IsCompleted));
    }

    [Fact]
    public void A_new_connection_is_not_taken_if_everything_is_closing_already()
    {
        // Management has two places; both are being closed, and so are the two that came for them.
        var first = Open(2, Listener.Management);
        var all = first.Concat(Open(2, Listener.Management)).ToList();
        _time.Advance(ConnectionTable.Timeout);
        _table.Sweep();
        Assert.Equal(all.ToHashSet(), _closed.ToHashSet());

        Assert.False(_table.TryAdd(New(Listener.Management), out var evicted));
        Assert.Null(evicted);
    }

    [Fact]
    public void Strangers_never_displace_one_that_has_authenticated()
    {
        var caller = Open();
        Assert.True(_table.TrySeat(caller, "crm"));

        Open(100);

        Assert.DoesNotContain(caller, _closed);
        Assert.Equal(100 - 7, _closed.Count);
    }

    [Fact]
    public void Every_listener_but_management_shares_one_set_of_places()
    {
        var people = Open(8, Listener.Connect);
        Open(1, Listener.Data);
        Open(1, Listener.Operator);
        Assert.Equal(people.Take(2), _closed);
    }

    [Fact]
    public void A_connection_of_HTTP_2_takes_four_places_and_those_used_longest_ago_give_way()
    {
        var strangers = Open(8);
        Use(strangers[0]);

        _table.Widen(strangers[7]);
        _table.Widen(strangers[7]);

        Assert.Equal(strangers[1..4], _closed);
        Assert.Equal(8, _table.Count);
    }

    [Fact]
    public void A_crowd_of_HTTP_2_holds_no_more_places_than_any_other()
    {
        for (var i = 0; i < 50; i++)
        {
            _table.Widen(Open());
            _closed.ForEach(_table.Remove);
            _closed.Clear();
        }

        Assert.Equal(8 / ConnectionLimits.PlacesOfHttp2, _table.Count);
    }

    [Fact]
    public void A_caller_by_HTTP_2_takes_its_places_along()
    {
        var first = Open();
        _table.Widen(first);
        Assert.True(_table.TrySeat(first, "greedy"));
        Begin(first);
        var second = Open();
        _table.Widen(second);

        // Six places are the callers'; two of these are left.
        Assert.False(_table.TrySeat(second, "greedy"));
        Assert.True(_table.TrySeat(second, "modest"));
        Assert.Equal([first], _closed);
    }

    [Fact]
    public void Management_has_places_of_its_own()
    {
        Open(50, Listener.Data);
        _closed.Clear();
        Open(2, Listener.Management);
        Assert.Empty(_closed);
        Open(1, Listener.Management);
        Assert.Single(_closed, connection => connection.Listener == Listener.Management);
    }

    [Fact]
    public void The_caller_that_holds_most_gives_way_to_one_that_holds_less_with_what_was_idle_longest()
    {
        var greedy = Seat("greedy", 6);
        Use(greedy[0]);
        var modest = Open();

        Assert.True(_table.TrySeat(modest, "modest"));

        Assert.Equal([greedy[1]], _closed);
        Assert.Equal("modest", modest.Caller);
    }

    [Fact]
    public void If_none_of_its_connections_is_idle_the_request_that_began_last_is_given_up()
    {
        var greedy = Seat("greedy", 6);
        greedy.ForEach(Begin);
        Assert.True(_table.TrySeat(Open(), "modest"));
        Assert.Equal([greedy[5]], _closed);
    }

    [Fact]
    public void A_caller_that_holds_most_gives_way_to_itself_only_with_what_is_idle()
    {
        var greedy = Seat("greedy", 6);
        greedy.Skip(1).ToList().ForEach(Begin);

        Assert.True(_table.TrySeat(Open(), "greedy"));
        Assert.Equal([greedy[0]], _closed);
    }

    [Fact]
    public void A_caller_whose_requests_are_all_under_way_gets_no_more_seats_and_loses_none()
    {
        Seat("greedy", 6).ForEach(Begin);
        var another = Open();
        Assert.False(_table.TrySeat(another, "greedy"));
        Assert.Empty(_closed);
        Assert.Null(another.Caller);
    }

    [Fact]
    public void A_caller_that_holds_as_much_as_any_displaces_nobody_else()
    {
        Seat("one", 4).ForEach(Begin);
        Seat("two", 2).ForEach(Begin);
        Assert.False(_table.TrySeat(Open(), "one"));
        Assert.True(_table.TrySeat(Open(), "two"));
        Assert.Equal(["one"], _closed.Select(connection => connection.Caller).OfType<string>());
    }

    [Fact]
    public void Requests_that_outlive_their_displaced_connections_are_bounded()
    {
        // One place in four is reserved for connections that are closing.
        Seat("greedy", 6).ForEach(Begin);
        Assert.True(_table.TrySeat(Open(), "modest"));
        Assert.True(_table.TrySeat(Open(), "modest"));
        Assert.False(_table.TrySeat(Open(), "modest"));

        _closed.ForEach(_table.Remove);

        Assert.True(_table.TrySeat(Open(), "modest"));
    }

    [Fact]
    public void A_seat_that_is_left_is_free()
    {
        var seated = Seat("greedy", 6);
        seated.ForEach(Begin);
        _table.Remove(seated[3]);
        Assert.True(_table.TrySeat(Open(), "greedy"));
        Assert.Empty(_closed);
    }

    [Fact]
    public void A_connection_to_the_data_listener_is_closed_if_it_has_not_authenticated_in_time()
    {
        var (silent, busy, seated) = (Open(), Open(), Seat("crm", 1)[0]);
        Begin(busy);

        _time.Advance(ConnectionTable.Timeout - TimeSpan.FromMilliseconds(1));
        _table.Sweep();
        Assert.Empty(_closed);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        _table.Sweep();
        _table.Sweep();
        Assert.Equal([silent, busy], _closed);
        Assert.False(seated.IsClosing);
    }

    [Fact]
    public void Where_nobody_authenticates_by_a_key_a_first_request_is_enough()
    {
        Listener[] listeners = [Listener.Management, Listener.Connect, Listener.Operator];
        foreach (var listener in listeners)
        {
            Use(Open(1, listener)[0]);
            Open(1, listener);
        }

        _time.Advance(ConnectionTable.Timeout);
        _table.Sweep();

        Assert.Equal(listeners.ToHashSet(), _closed.Select(connection => connection.Listener).ToHashSet());
        Assert.All(_closed, connection => Assert.False(connection.WasUsed));
    }

    [Fact]
    public void A_stranger_may_ask_eight_times_and_a_caller_without_end()
    {
        var (stranger, caller) = (Open(), Seat("crm", 1)[0]);
        for (var request = 1; request <= 17; request++)
        {
            Use(stranger);
            Use(caller);
            Assert.Equal((request >= 8, request > 16), (stranger.HasAskedEnough, stranger.HasAskedTooMuch));
        }

        Assert.False(caller.HasAskedEnough);
    }

    private List<OpenConnection> Seat(string caller, int count)
    {
        var connections = Open(count);
        connections.ForEach(connection => Assert.True(_table.TrySeat(connection, caller)));
        return connections;
    }

    private OpenConnection Open() => Open(1)[0];

    /// <summary>Opens them one after another, each a moment after the one before.</summary>
    private List<OpenConnection> Open(int count, Listener? listener = null)
    {
        var connections = new List<OpenConnection>();
        for (var number = 0; number < count; number++)
        {
            _time.Advance(TimeSpan.FromTicks(1));
            var connection = New(listener ?? Listener.Data);
            Assert.True(_table.TryAdd(connection, out _));
            connections.Add(connection);
        }

        return connections;
    }

    private OpenConnection New(Listener listener)
    {
        OpenConnection connection = null!;
        connection = new OpenConnection(listener, _time.GetTimestamp(), () => _closed.Add(connection));
        return connection;
    }

    private void Begin(OpenConnection connection)
    {
        _time.Advance(TimeSpan.FromTicks(1));
        connection.RequestBegan(_time.GetTimestamp());
    }

    private void Use(OpenConnection connection)
    {
        Begin(connection);
        connection.RequestEnded();
    }
}
