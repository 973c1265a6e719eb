namespace NotionGateway.Health;

/// <summary>
/// How far draining has got: it counts the requests in progress, says when it is no longer ready, and
/// when it takes no new ones.
/// </summary>
internal sealed class Drain : IDisposable
{
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _timeUp = new();
    private int _underWay;
    private volatile bool _leaving;
    private volatile bool _refusing;

    /// <summary>No longer ready, though everything is still served: balancers need a moment to notice.</summary>
    public bool IsLeaving => _leaving;

    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>Ends when new requests are denied and the last of the others has ended.</summary>
    public Task Empty => _empty.Task;

    /// <summary>Fires when what is still in progress has to stop, writes included.</summary>
    public CancellationToken TimeUp => _timeUp.Token;

    public void Leave() => _leaving = true;

    public void Stop() => _timeUp.Cancel();

    public void Refuse()
    {
        _refusing = true;
        NoteIfEmpty();
    }

    /// <summary>Admits a request, to be followed by <see cref="End"/>; false if none is admitted any longer.</summary>
    public bool TryBegin()
    {
        // Counted first: a request that begins while draining starts must be seen by what waits for the last one.
        Interlocked.Increment(ref _underWay);
        if (!_refusing)
        {
            return true;
        }

        End();
        return false;
    }

    public void End()
    {
        Interlocked.Decrement(ref _underWay);
        NoteIfEmpty();
    }

    public void Dispose() => _timeUp.Dispose();

    private void NoteIfEmpty()
    {
        if (_refusing && UnderWay == 0)
        {
            _empty.TrySetResult();
        }
    }
}
