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

    /// <summary>How far it was ahead at each beat; the last one stays, however old.</summary>
    private readonly Queue<(TimeSpan Until, TimeSpan Most)> _before = [];
    private TimeSpan _lastLeast;
    private long _latest;

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
            while (_before.Count > 1 && _before.Peek().Until < answered)
            {
                _before.Dequeue();
            }

            var forward = _before.Count > 0 ? ahead.Least - _before.Min(one => one.Most) : TimeSpan.Zero;
            Difference = forward > TimeSpan.Zero ? forward
                : _before.Count > 0 && ahead.Most < _lastLeast ? ahead.Most - _lastLeast
                : TimeSpan.Zero;
            var jumped = Difference > tolerance;
            if (jumped)
            {
                _before.Clear();
            }

            _before.Enqueue((answered + remembered, ahead.Most));
            _lastLeast = ahead.Least;
            return jumped;
        }
    }
}
