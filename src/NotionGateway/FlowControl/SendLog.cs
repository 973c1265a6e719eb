namespace NotionGateway.FlowControl;

/// <summary>
/// The times of the last sends, oldest first, in a ring that grows with their number: what a sliding log needs to bound
/// every span of time exactly.
/// </summary>
internal sealed class SendLog
{
    private const int Smallest = 4;

    private TimeSpan[] _ring = [];
    private int _first;

    public int Count { get; private set; }

    /// <summary>The time of a send, counted from the oldest.</summary>
    public TimeSpan this[int index] => _ring[(_first + index) & (_ring.Length - 1)];

    /// <summary>Adds a send; it must not be older than the last.</summary>
    public void Add(TimeSpan at)
    {
        if (Count == _ring.Length)
        {
            Resize(Math.Max(Smallest, _ring.Length * 2));
        }

        _ring[(_first + Count++) & (_ring.Length - 1)] = at;
    }

    /// <summary>Forgets what was sent at that time or before it.</summary>
    public void DropUntil(TimeSpan time)
    {
        while (Count > 0 && _ring[_first] <= time)
        {
            _first = (_first + 1) & (_ring.Length - 1);
            Count--;
        }
    }

    /// <summary>Takes the sends of another log in among its own.</summary>
    public void Merge(SendLog other)
    {
        TimeSpan[] all = [.. Times().Concat(other.Times()).Order()];
        (_ring, _first, Count) = ([], 0, 0);
        foreach (var at in all)
        {
            Add(at);
        }
    }

    private IEnumerable<TimeSpan> Times() => Enumerable.Range(0, Count).Select(index => this[index]);

    private void Resize(int size)
    {
        // A power of two, so that a mask finds the place.
        var larger = new TimeSpan[size];
        for (var index = 0; index < Count; index++)
        {
            larger[index] = this[index];
        }

        (_ring, _first) = (larger, 0);
    }
}
