using System.Buffers;

namespace NotionGateway.Bodies;

/// <summary>
/// A body in memory, on a borrowed page; it can be sent as often as is needed until it is given back. While it is being read its memory can
/// be taken away.
/// </summary>
internal sealed class BufferedBody(BodyBudget budget, string caller, double weight, ArrayPool<byte>? pages = null) : IDisposable
{
    private const int FirstPage = 4096;

    private readonly ArrayPool<byte> _pages = pages ?? ArrayPool<byte>.Shared;
    private readonly CancellationTokenSource _taken = new();
    private readonly Lock _gate = new();
    private byte[] _page = [];
    private int _length;
    private int _users;
    private bool _givenBack;
    private bool _kept;

    public string Caller => caller;

    public double Weight => weight;

    public int Length => _length;

    /// <summary>The memory it takes, which is more than its length.</summary>
    public int Held => Volatile.Read(ref _page).Length;

    /// <summary>Fires when its memory has been taken away for another caller's body.</summary>
    public CancellationToken Taken => _taken.Token;

    /// <summary>The body; empty once it was given back.</summary>
    public ReadOnlySpan<byte> Bytes => Volatile.Read(ref _page) is { Length: > 0 } page ? page.AsSpan(0, _length) : [];

    /// <summary>Writes the whole body.</summary>
    public async Task WriteToAsync(Stream stream, CancellationToken cancellationToken)
    {
        var page = Borrow();
        try
        {
            await stream.WriteAsync(page.AsMemory(0, _length), cancellationToken);
        }
        finally
        {
            EndBorrow();
        }
    }

    /// <summary>Reads all of the stream, or says why not. Memory is taken for what has come, whatever is announced.</summary>
    public async ValueTask<BodyReading> FillAsync(Stream source, long? announced, long most, CancellationToken cancellationToken)
    {
        if (announced > most)
        {
            return BodyReading.TooLarge;
        }

        // One byte more than announced, so that the end is found without another page.
        var largest = Math.Min(announced ?? most, most) + 1;
        budget.Reading(this);
        try
        {
            var reading = Grow((int)Math.Min(FirstPage, largest)) ? await FillAsync(source, largest, most, cancellationToken) : BodyReading.NoMemory;
            return reading == BodyReading.Complete && !Keep() ? BodyReading.NoMemory : reading;
        }
        catch (Exception exception) when (_givenBack && exception is OperationCanceledException or ObjectDisposedException)
        {
            return BodyReading.NoMemory;
        }
        finally
        {
            budget.HasRead(this);
        }
    }

    /// <summary>Takes its memory away while it is being read; false if it has been read whole, or has none any more.</summary>
    public bool TakeAway()
    {
        if (!GiveBack(unlessKept: true))
        {
            return false;
        }

        _taken.Cancel();
        return true;
    }

    public void Dispose() => GiveBack();

    private async ValueTask<BodyReading> FillAsync(Stream source, long largest, long most, CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = Borrow();
            int read;
            try
            {
                read = await source.ReadAsync(page.AsMemory(_length), cancellationToken);
            }
            finally
            {
                EndBorrow();
            }

            _length += read;
            if (read == 0 || _length > most)
            {
                return read == 0 ? BodyReading.Complete : BodyReading.TooLarge;
            }

            if (_length == page.Length && !Grow((int)Math.Min(2L * page.Length, Math.Max(largest, page.Length + 1))))
            {
                return BodyReading.NoMemory;
            }
        }
    }

    /// <summary>From now on its memory cannot be taken away; false if it has been.</summary>
    private bool Keep()
    {
        // First, so that who was refused it does not find it again.
        budget.HasRead(this);
        lock (_gate)
        {
            return _kept = !_givenBack;
        }
    }

    private bool Grow(int size)
    {
        // The pool rounds up; what it gives is what counts. The old page goes back at once, so only the difference is taken.
        var larger = _pages.Rent(size);
        var more = larger.Length - Held;
        if (budget.TryTake(more, caller, weight))
        {
            byte[] smaller;
            lock (_gate)
            {
                (smaller, _page) = _givenBack ? (larger, _page) : (_page, larger);
                smaller.AsSpan(0, smaller == larger ? 0 : _length).CopyTo(larger);
            }

            if (smaller != larger)
            {
                Return(smaller);
                return true;
            }

            budget.GiveBack(more);
        }

        _pages.Return(larger);
        return false;
    }

    private byte[] Borrow()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_givenBack, this);
            _users++;
            return _page;
        }
    }

    private void EndBorrow()
    {
        lock (_gate)
        {
            _users--;
        }
    }

    /// <summary>Gives the page back once, atomically with the check whether it is still in use.</summary>
    private bool GiveBack(bool unlessKept = false)
    {
        byte[] page;
        bool inUse;
        lock (_gate)
        {
            if (unlessKept && _kept)
            {
                return false;
            }

            (page, _page) = (_page, []);
            (_givenBack, inUse) = (true, _users > 0);
        }

        budget.GiveBack(page.Length);
        if (!inUse)
        {
            // An attempt that was given up may still be writing for a moment: its page is left to the collector.
            Return(page);
        }

        return page.Length > 0;
    }

    private void Return(byte[] page)
    {
        if (page.Length > 0)
        {
            _pages.Return(page);
        }
    }
}

/// <summary>How reading a body into memory ended.</summary>
internal enum BodyReading
{
    Complete,
    TooLarge,
    NoMemory,
}
