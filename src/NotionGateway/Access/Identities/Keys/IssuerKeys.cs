using System.Diagnostics.CodeAnalysis;

namespace NotionGateway.Access.Identities.Keys;

/// <summary>
/// The present keys of one issuer. The last good ones stay until there are newer good ones, or they are too old; whatever an issuer answers, it
/// cannot take them away at once.
/// </summary>
internal sealed class IssuerKeys(
    string issuer, KeyPlace place, Func<Task<KeyReading>> read, IssuerMetrics metrics, TimeProvider time, Random random, ILogger log)
{
    /// <summary>How long a request waits for a key that was published just now.</summary>
    public static readonly TimeSpan MostWait = TimeSpan.FromSeconds(1);

    public const int MostWaiters = 64;

    private static readonly Backoff AfterFailures = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));

    private readonly SingleFlight<bool> _reading = new();
    private readonly Lock _state = new();
    private volatile KeyPlace _place = place;
    private volatile KeySet? _current;
    private volatile string? _learned;
    private TimeSpan _readAt;
    private TimeSpan _dueAt = TimeSpan.MinValue;
    private TimeSpan? _startedAt;
    private int _failures;
    private int _waiters;
    private string? _problem;

    public string Issuer => issuer;

    /// <summary>Where they are read. A reload may change how often and how long they are used, never where.</summary>
    public KeyPlace Place
    {
        get => _place;
        set
        {
            lock (_state)
            {
                _place = value;
                _dueAt = TimeSpan.FromTicks(Math.Min(_dueAt.Ticks, (time.Monotonic() + value.RefreshInterval).Ticks));
            }
        }
    }

    /// <summary>Whether keys of this place are the same keys.</summary>
    public bool IsOf(KeyPlace place) => ReferenceEquals(place, _place) || place.WithoutTimes() == _place.WithoutTimes();

    /// <summary>Null before the first that could be read.</summary>
    public KeySet? Current => _current;

    /// <summary>Who issues the tokens, where that is learned with the keys; null elsewhere, and before the first reading.</summary>
    public string? LearnedIssuer => _learned;

    /// <summary>Why the last reading brought nothing; null if it did.</summary>
    public string? Problem
    {
        get
        {
            lock (_state)
            {
                return _problem;
            }
        }
    }

    /// <summary>How long ago the present keys were last read; null if there are none.</summary>
    public TimeSpan? Age
    {
        get
        {
            lock (_state)
            {
                return _current is null ? null : time.Monotonic() - _readAt;
            }
        }
    }

    /// <summary>The present keys, unless they are too old to be relied on.</summary>
    public KeySet? Usable => Age is { } age && age <= Place.MaxKeyAge ? _current : null;

    public bool IsDue
    {
        get
        {
            lock (_state)
            {
                return time.Monotonic() >= _dueAt;
            }
        }
    }

    /// <summary>Reads the keys again; a reading that is in progress counts.</summary>
    public Task ReadAsync() => _reading.RunAsync(ReadOnceAsync);

    /// <summary>
    /// Reads the keys again because of a token whose key is unknown, if that is allowed now: a stranger can cause one reading in each
    /// <see cref="KeyPlace.MinRefresh"/>, and few requests wait for it. False if nothing new can be known, null if the issuer cannot be asked: a
    /// reading is in progress, or the last one failed.
    /// </summary>
    public async Task<bool?> SeekAsync(CancellationToken cancellationToken)
    {
        if (!TrySeek(out var reading))
        {
            return Problem is null ? false : null;
        }

        if (Interlocked.Increment(ref _waiters) > MostWaiters)
        {
            Interlocked.Decrement(ref _waiters);
            return null;
        }

        try
        {
            return await reading.WaitAsync(MostWait, time, cancellationToken) ? true : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _waiters);
        }
    }

    /// <summary>The reading that is in progress, or one that begins now; false if it is too soon for one.</summary>
    private bool TrySeek([NotNullWhen(true)] out Task<bool>? reading)
    {
        lock (_state)
        {
            reading = _reading.Running;
            if (reading is { IsCompleted: false })
            {
                return true;
            }

            var now = time.Monotonic();
            if (_startedAt is { } last && now - last < Place.MinRefresh)
            {
                return false;
            }

            // Under the lock, so that those who ask at the same moment join it.
            _startedAt = now;
            reading = _reading.RunAsync(ReadOnceAsync);
            return true;
        }
    }

    private async Task<bool> ReadOnceAsync()
    {
        lock (_state)
        {
            _startedAt = time.Monotonic();
        }

        var reading = await read();
        var problem = reading.Problem;
        _learned = reading.Issuer ?? _learned;
        var keys = reading.Document is { } document ? KeySet.Parse(document, _current, out problem) : null;
        if (keys is null)
        {
            Failed(problem ?? "", rejected: reading.WasAnswered || reading.Document is not null);
            return false;
        }

        return Succeeded(keys);
    }

    private bool Succeeded(KeySet keys)
    {
        var (before, rotated) = (_current, !SameKeys(_current, keys));
        bool recovered;
        lock (_state)
        {
            var now = time.Monotonic();
            recovered = _problem is not null;
            (_current, _readAt, _failures, _problem) = (keys, now, 0, null);
            _dueAt = now + (_place.File is not null ? TimeSpan.Zero : _place.RefreshInterval * (0.9 + (0.2 * random.NextDouble())));
        }

        // A file is looked at each second: only a change of it is worth counting.
        if (rotated || Place.File is null)
        {
            metrics.Fetched(issuer, rotated ? "rotated" : "unchanged");
        }

        if (rotated || recovered)
        {
            log.KeysRead(issuer, keys.Keys.Count, before is null ? "the first" : rotated ? "others than before" : "the same as before");
        }

        return true;
    }

    private void Failed(string problem, bool rejected)
    {
        string? before;
        lock (_state)
        {
            before = _problem;
            _problem = problem;
            _dueAt = time.Monotonic() + AfterFailures.After(++_failures, random.NextDouble());
        }

        metrics.Fetched(issuer, rejected ? "rejected" : "failed");
        if (before != problem)
        {
            var effect = _current is null ? "its tokens are denied with 503" : "continuing with the last good keys";
            log.KeysNotRead(issuer, Place.Description, problem, effect);
        }
    }

    private static bool SameKeys(KeySet? one, KeySet other) => one is not null && one.Keys.SequenceEqual(other.Keys);
}
