namespace NotionGateway.FlowControl.Budget.Shared.Store;

/// <summary>
/// What is known of the store's clock: until when a question of this replica may be carried out, and whether the clock has jumped. One that jumps ahead lets
/// sends leave the window too soon.
/// </summary>
/// <param name="tolerance">So much the window has margin for.</param>
/// <param name="remembered">A clock that moves slowly is compared with how it was so long ago: at least as long as a send counts.</param>
internal sealed class StoreClock(TimeSpan tolerance, TimeSpan remembered)
{
    /// <summary>A question that waits longer than this in a server that stands still is from a replica that has given it up.</summary>
    private const long ValidFor = 3_000_000;

    private readonly Lock _gate = new();
    private long _latest;
    private readonly Queue<(TimeSpan Until, TimeSpan Most)> _before = [];
    private (TimeSpan Least, TimeSpan Most)? _ahead;

    public string ValidUntil => StoreAnswer.Text(Interlocked.Read(ref _latest) + ValidFor);

    /// <summary>How far the store's clock has moved against this process's from one beat to the next.</summary>
    public TimeSpan Difference { get; private set; }

    /// <summary>The store's time came with an answer.</summary>
    public void Hear(long now) => Interlocked.Exchange(ref _latest, now);

    /// <summary>
    /// The same with a beat; whether the clock has moved ahead since an earlier one, at once or little by little, for certain and by more than the window has
    /// margin for.
    /// </summary>
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

            while (_before.TryPeek(out var oldest) && oldest.Until < answered)
            {
                _before.Dequeue();
            }

            if (_before.Count > 0 && ahead.Least - _before.Min(one => one.Most) is var moved && moved > jump)
            {
                jump = moved;
            }

            Difference = jump;
            if (jump > tolerance)
            {
                _before.Clear();
            }

            _before.Enqueue((answered + remembered, ahead.Most));
            return jump > tolerance;
        }
    }
}
