namespace NotionSandbox.Limits;

/// <summary>
/// Counts requests in windows that begin at fixed times, and remembers the windows that went by. It also keeps the largest number
/// that arrived in any span as long as a window, because that is what a careful caller must limit: callers do not know where windows begin.
/// Each member is atomic; who needs one decision out of several windows holds a lock of its own.
/// </summary>
internal sealed class FixedWindow(RequestLimit limit)
{
    private const int WindowsKept = 10_000;
    private const int ArrivalsKept = 100_000;

    private readonly Lock _gate = new();
    private readonly Queue<WindowCount> _past = new();
    private readonly Queue<long> _arrivals = new();
    private RequestLimit _limit = limit;
    private long _start = long.MinValue;
    private int _arrived;
    private int _admitted;
    private int _refused;
    private int _peak;

    /// <summary>The most requests that arrived in any span as long as a window, wherever it begins.</summary>
    public int PeakInAnySpan
    {
        get
        {
            lock (_gate)
            {
                return _peak;
            }
        }
    }

    public RequestLimit Limit
    {
        get => _limit;
        set
        {
            lock (_gate)
            {
                if (value.Window != _limit.Window || value.Phase != _limit.Phase)
                {
                    Close();
                    _start = long.MinValue;
                }

                _limit = value;
            }
        }
    }

    /// <summary>The most requests that arrived in one window.</summary>
    public int Max => All.Select(window => window.Arrived).DefaultIfEmpty().Max();

    /// <summary>Every window in which something arrived, oldest first.</summary>
    public IReadOnlyList<WindowCount> All
    {
        get
        {
            lock (_gate)
            {
                return _arrived == 0 ? [.. _past] : [.. _past, Current];
            }
        }
    }

    private WindowCount Current => new(new DateTimeOffset(_start, TimeSpan.Zero), _arrived, _admitted, _refused);

    /// <summary>Moves on to the window of <paramref name="now"/> and says whether it has room.</summary>
    public bool HasRoom(DateTimeOffset now, bool countRefused)
    {
        lock (_gate)
        {
            MoveTo(now);
            return (countRefused ? _arrived : _admitted) < _limit.Size;
        }
    }

    public void Count(DateTimeOffset now, bool admitted)
    {
        lock (_gate)
        {
            MoveTo(now);
            _arrived++;
            _admitted += admitted ? 1 : 0;
            _refused += admitted ? 0 : 1;
            Slide(now.UtcTicks);
        }
    }

    /// <summary>Counts as refused a request that was counted as let through.</summary>
    public void Disown()
    {
        lock (_gate)
        {
            if (_admitted > 0)
            {
                _admitted--;
                _refused++;
            }
        }
    }

    /// <summary>Whole seconds to the end of the window: what <c>Retry-After</c> says, so never less than one.</summary>
    public int SecondsLeft(DateTimeOffset now)
    {
        lock (_gate)
        {
            MoveTo(now);
            var left = TimeSpan.FromTicks(_start + _limit.Window.Ticks - now.UtcTicks);
            return Math.Max(1, (int)Math.Ceiling(left.TotalSeconds));
        }
    }

    public void Forget()
    {
        lock (_gate)
        {
            _past.Clear();
            _arrivals.Clear();
            _start = long.MinValue;
            (_arrived, _admitted, _refused, _peak) = (0, 0, 0, 0);
        }
    }

    private void MoveTo(DateTimeOffset now)
    {
        var length = _limit.Window.Ticks;
        var phase = _limit.Phase.Ticks % length;
        var start = ((now.UtcTicks - phase) / length * length) + phase;
        if (start > _start)
        {
            Close();
            _start = start;
        }
    }

    private void Close()
    {
        if (_arrived > 0)
        {
            _past.Enqueue(Current);
            if (_past.Count > WindowsKept)
            {
                _past.Dequeue();
            }
        }

        (_arrived, _admitted, _refused) = (0, 0, 0);
    }

    private void Slide(long now)
    {
        while (_arrivals.TryPeek(out var oldest) && (oldest <= now - _limit.Window.Ticks || _arrivals.Count >= ArrivalsKept))
        {
            _arrivals.Dequeue();
        }

        _arrivals.Enqueue(now);
        _peak = Math.Max(_peak, _arrivals.Count);
    }
}
