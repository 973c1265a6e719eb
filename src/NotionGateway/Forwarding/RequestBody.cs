using System.Buffers;

namespace NotionGateway.Forwarding;

/// <summary>A body in memory, on borrowed pages; it can be sent as often as is needed until it is given back.</summary>
internal sealed class RequestBody(BodyBudget budget, string caller, double weight) : IDisposable
{
    private const int FirstPage = 4096;

    private byte[] _buffer = [];
    private int _length;
    private int _writers;

    public int Length => _length;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Writes the whole body.</summary>
    public async Task WriteToAsync(Stream stream, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writers);
        try
        {
            await stream.WriteAsync(_buffer.AsMemory(0, _length), cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _writers);
        }
    }

    /// <summary>Reads all of the stream; false if it is longer than allowed or memory is short.</summary>
    public async ValueTask<BodyReading> FillAsync(Stream source, long? announced, long most, CancellationToken cancellationToken)
    {
        // One byte more than announced, so that the end is found without another page.
        if (announced > most)
        {
            return BodyReading.TooLarge;
        }

        if (!Grow((int)Math.Min((announced ?? FirstPage) + 1, most + 1)))
        {
            return BodyReading.NoMemory;
        }

        while (true)
        {
            var read = await source.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read == 0)
            {
                return BodyReading.Complete;
            }

            _length += read;
            if (_length > most)
            {
                return BodyReading.TooLarge;
            }

            if (_length == _buffer.Length && !Grow((int)Math.Min(2L * _buffer.Length, most + 1)))
            {
                return BodyReading.NoMemory;
            }
        }
    }

    public void Dispose()
    {
        Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private bool Grow(int size)
    {
        // The pool rounds up; what it gives is what counts.
        var larger = ArrayPool<byte>.Shared.Rent(size);
        if (!budget.TryTake(larger.Length, caller, weight))
        {
            ArrayPool<byte>.Shared.Return(larger);
            return false;
        }

        _buffer.AsSpan(0, _length).CopyTo(larger);
        Return(_buffer);
        _buffer = larger;
        return true;
    }

    private void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            budget.GiveBack(buffer.Length);
            if (Volatile.Read(ref _writers) == 0)
            {
                // An attempt that was given up may still be writing for a moment: its page is left to the collector.
                ArrayPool<byte>.Shared.Return(buffer);
            }
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
