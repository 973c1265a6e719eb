using NotionGateway.Hosting.Listeners;

namespace NotionGateway.Hosting.Connections;

/// <summary>What is known of one connection: when it was used, what is in progress on it, and whose it is.</summary>
internal sealed class OpenConnection(Listener listener, long openedAt, Action close)
{
    /// <summary>Requests that a connection may make before one of them has been authenticated.</summary>
    private const int MostUnauthenticated = 8;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _usedAt;
    private int _underWay;
    private int _requests;
    private volatile string? _caller;

    public Listener Listener => listener;

    /// <summary>How many places it takes: <see cref="ConnectionLimits.PlacesOfHttp2"/> once it has shown itself as HTTP/2.</summary>
    public int Places { get; private set; } = 1;

    public long OpenedAt => openedAt;

    /// <summary>When its last request began, or when it was opened.</summary>
    public long UsedAt => WasUsed ? Volatile.Read(ref _usedAt) : openedAt;

    /// <summary>Whether a request has ever begun on it.</summary>
    public bool WasUsed { get; private set; }

    public bool IsIdle => Volatile.Read(ref _underWay) == 0;

    /// <summary>The caller that authenticated on it; null if none has.</summary>
    public string? Caller { get => _caller; set => _caller = value; }

    /// <summary>Whether it has been told to close: it is counted until it has ended, and is not evicted again.</summary>
    public bool IsClosing { get; private set; }

    /// <summary>Done when it has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether it has used up its responses without authentication: each costs work, and many can be requested in one packet.</summary>
    public bool HasAskedEnough => _caller is null && Volatile.Read(ref _requests) >= MostUnauthenticated;

    /// <summary>Whether it keeps sending requests: HTTP/2 lets it open many streams before it learns that it should stop.</summary>
    public bool HasAskedTooMuch => _caller is null && Volatile.Read(ref _requests) > 2 * MostUnauthenticated;

    public void RequestBegan(long now)
    {
        Interlocked.Increment(ref _requests);
        Volatile.Write(ref _usedAt, now);
        WasUsed = true;
        Interlocked.Increment(ref _underWay);
    }

    public void RequestEnded() => Interlocked.Decrement(ref _underWay);

    /// <summary>For <see cref="ConnectionTable"/>, which then closes it outside its lock.</summary>
    public void MarkClosing() => IsClosing = true;

    /// <summary>For <see cref="ConnectionTable"/>, under its lock.</summary>
    public void TakePlaces(int places) => Places = places;

    public void Close() => close();

    public void MarkEnded() => _ended.TrySetResult();
}
