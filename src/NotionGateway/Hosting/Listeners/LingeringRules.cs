namespace NotionGateway.Hosting.Listeners;

/// <summary>How much of a body is read and discarded after a response that came before its end, and for how long.</summary>
internal sealed record LingeringBound(long Bytes, TimeSpan Time)
{
    public static readonly LingeringBound Known = new(64 * 1024 * 1024, TimeSpan.FromSeconds(30));

    public static readonly LingeringBound Stranger = new(1024 * 1024, TimeSpan.FromSeconds(2));

    /// <summary>
    /// Whether the response must say that the connection ends: the rest is announced to be more than is read, or its caller waits to be
    /// asked for a body that is no longer wanted, and need not send it.
    /// </summary>
    public bool EndsConnection(long? announced, long received, bool waitsToBeAsked) => waitsToBeAsked || announced - received > Bytes;
}

/// <summary>The unauthenticated connections whose bodies are being discarded. Their number is limited.</summary>
internal sealed class LingeringStrangers
{
    public const int Places = 100;

    private int _taken;

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _taken) <= Places)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _taken);
}
