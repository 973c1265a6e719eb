namespace NotionGateway.FlowControl.Budget;

/// <summary>
/// The last sends, oldest first, in a ring that grows with their number: the log of a sliding window, which bounds every span of
/// time exactly.
/// </summary>
internal sealed class SendLog
{
    private const int Smallest = 4;

    private SentPermit[] _ring = [];
    private int _first;

    public int Count { get; private set; }

    public IEnumerable<SentPermit> All => Enumerable.Range(0, Count).Select(index => this[index]);

    /// <summary>A send, counted from the oldest.</summary>
    public SentPermit this[int index] => _ring[(_first + index) & (_ring.Length - 1)];

    /// <summary>Adds a send; it must not be older than the last.</summary>
    public void Add(SentPermit sent)
    {
        if (Count == _ring.Length)
        {
            Resize(Math.Max(Smallest, _ring.Length * 2));
        }

        _ring[(_first + Count++) & (_ring.Length - 1)] = sent;
    }

    /// <summary>Forgets what was sent at that time or before it.</summary>
    public void DropUntil(TimeSpan time)
    {
        while (Count > 0 && _ring[_first].At <= time)
        {
            _first = (_first + 1) & (_ring.Length - 1);
            Count--;
        }
    }

    /// <summary>Forgets the oldest sends of a kind, so many at most.</summary>
    public void Forget(Func<SentPermit, bool> which, int most)
    {
        var kept = 0;
        for (var index = 0; index < Count; index++)
        {
            var sent = this[index];
            if (most > 0 && which(sent))
            {
                most--;
                continue;
            }

            _ring[(_first + kept++) & (_ring.Length - 1)] = sent;
        }

        Count = kept;
    }

    /// <summary>
    /// When a request with this many others ahead can be sent. Each send that leaves the window makes room for one; those who
    /// follow come no faster than the rate. What will be sent from now on leaves no sooner than the rate allows anyway.
    /// </summary>
    /// <param name="ahead">Those before it.</param>
    /// <param name="room">How many may be sent before any send has to leave the window; less than none if there are too many.</param>
    /// <param name="outside">Permits that are out and not sent yet: they leave no sooner than if they were sent now.</param>
    /// <param name="now">The present.</param>
    /// <param name="span">How long a send counts.</param>
    /// <param name="rate">Permits a second.</param>
    public TimeSpan WhenRoomFor(int ahead, int room, int outside, TimeSpan now, TimeSpan span, double rate)
    {
        var latest = TimeSpan.Zero;
        for (var leaver = Math.Max(0, -room); leaver <= ahead - room && leaver < Count + outside; leaver++)
        {
            latest = MonotonicTime.Later(latest, (leaver < Count ? this[leaver].At : now) + span + Permits(ahead - room - leaver, rate));
        }

        return latest;
    }

    /// <summary>The time of so many permits, rounded up.</summary>
    public static TimeSpan Permits(double count, double rate) => TimeSpan.FromTicks((long)Math.Ceiling(count / rate * TimeSpan.TicksPerSecond));

    /// <summary>Merges the sends of another log into its own. Of one that is in both the later time counts: it leaves no window too soon.</summary>
    public void Merge(IReadOnlyList<SentPermit> others)
    {
        SentPermit[] all = [.. All.Concat(others).GroupBy(sent => sent.Permit).Select(same => same.MaxBy(sent => sent.At)).OrderBy(sent => sent.At)];
        (_ring, _first, Count) = ([], 0, 0);
        foreach (var sent in all)
        {
            Add(sent);
        }
    }

    private void Resize(int size)
    {
        // A power of two, so that a mask finds the place.
        var larger = new SentPermit[size];
        for (var index = 0; index < Count; index++)
        {
            larger[index] = this[index];
        }

        (_ring, _first) = (larger, 0);
    }
}
