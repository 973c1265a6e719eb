namespace NotionGateway.FlowControl.Budget.Shared.Store;

/// <summary>
/// What is known of the store's clock: until when a question of this replica may be carried out, and whether the clock has jumped. One that jumps ahead lets
/// sends leave the window too soon.
/// </summary>
internal sealed class StoreClock(TimeSpan tolerance)
{
    /// <summary>A question that waits longer than this in a server that stands still is from a replica that has given it up.</summary>
    private const long ValidFor = 3_000_000;

    private readonly Lock _gate = new();
    private long _latest;
    private (TimeSpan Least, TimeSpan Most)? _ahead;

    public string ValidUntil => StoreAnswer.Text(Interlocked.Read(ref _latest) + ValidFor);

    /// <summary>How far the store's clock has moved against this process's from one beat to the next.</summary>
    public TimeSpan Difference { get; private set; }

    /// <summary>The store's time came with an answer.</summary>
    public void Hear(long now) => Interlocked.Exchange(ref _latest, now);

    /// <summary>The same with a beat; whether the clock has jumped ahead since the last one, for certain and by more than the window has margin for.</summary>
    public bool HasJumped(long now, TimeSpan asked, TimeSpan answered)
    {
        Hear(now);
        var ahead = (Least: StoreAnswer.OfMicroseconds(now) - answered, Most: StoreAnswer.OfMicroseconds(now) - asked);
        lock (_gate)
        {
            var (before, jump) = (_ahead, TimeSpan.Zero);
            _ahead = ahead;
            if (before is { } last)
            {
                jump = ahead.Least > last.Most ? ahead.Least - last.Most : ahead.Most < last.Least ? ahead.Most - last.Least : TimeSpan.Zero;
            }

            Difference = jump;
            return jump > tolerance;
        }
    }
}
