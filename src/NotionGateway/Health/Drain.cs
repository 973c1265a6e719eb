namespace NotionGateway.Health;

/// <summary>
/// How far the program has got with leaving: it counts the requests under way, says when it is no longer ready, and
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

    /// <summary>Ends when new requests are refused and the last of the others has ended.</summary>
    public Task Empty => _empty.Task;

    /// <summary>Fires when what is still under way has to stop, writes included.</summary>
    public CancellationToken TimeUp => _timeUp.Token;

    public void Leave() => _leaving = true;

    public void Stop() => _timeUp.Cancel();

    public void Refuse()
    {
        _refusing = true;
        NoteIfEmpty();
    }

    /// <summary>Lets a request in, to be followed by <see cref="End"/>; false if none is let in any more.</summary>
    public bool TryBegin()
    {
        // Counted first: a request that begins while the door closes must be seen by whoever waits for the last one.
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
