namespace NotionGateway.FlowControl.Budget.Shared;

/// <summary>Which state in the store a connection has, and how far this replica has seen it come.</summary>
internal sealed class ConnectionState(ConnectionKeys keys)
{
    public ConnectionKeys Keys => keys;

    /// <summary>The state's time of birth; 0 if none is known.</summary>
    public long Born { get; set; }

    /// <summary>How many questions it had answered: a state that has answered fewer has gone back in time.</summary>
    public long Seen { get; set; }

    /// <summary>What was sent must be told before anything is asked.</summary>
    public bool MustTell { get; set; }

    public TimeSpan AnsweredAt { get; set; }

    /// <summary>Whether the store may have forgotten the connection because nobody used it.</summary>
    public bool IsOld(TimeSpan now, TimeSpan span) => now - AnsweredAt > span;

    /// <summary>A replica with nothing to report takes the new state as it is.</summary>
    public void Forget() => (Born, Seen) = (0, 0);
}

/// <summary>The names of a connection's four keys.</summary>
internal sealed record ConnectionKeys(string State, string Log, string Bids, string Finish)
{
    public string[] All { get; } = [State, Log, Bids, Finish];

    public string[] Told { get; } = [State, Log];
}
