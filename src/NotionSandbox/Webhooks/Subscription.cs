namespace NotionSandbox.Webhooks;

/// <summary>Where the events of a connection go, and how badly.</summary>
/// <param name="Number">Its number, counted from 1.</param>
/// <param name="Connection">The name of the connection.</param>
/// <param name="Url">Where they are posted to.</param>
/// <param name="Token">What they are signed with.</param>
internal sealed record Subscription(int Number, string Connection, Uri Url, string Token)
{
    /// <summary>How long after the change an event is sent.</summary>
    public TimeSpan Late { get; init; }

    /// <summary>Whether each event is sent twice.</summary>
    public bool Doubled { get; init; }

    /// <summary>Whether every second event is held back until the next one has been sent.</summary>
    public bool OutOfOrder { get; init; }

    /// <summary>Every so many events are lost; 0 for none.</summary>
    public int LosesEvery { get; init; }
}
