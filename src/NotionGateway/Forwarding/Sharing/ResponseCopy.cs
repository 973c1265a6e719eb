using NotionGateway.Bodies;
using NotionGateway.Caching;

namespace NotionGateway.Forwarding.Sharing;

/// <summary>
/// Holds a response back until it is whole. One that is too long, or for which there is no memory, goes on to its caller as it comes.
/// </summary>
internal sealed class ResponseCopy(Stream caller, Func<long?> announcedLength, int most, BodyBudget budget, Action tooLong) : Stream
{
    private byte[] _bytes = [];
    private int _length;

    /// <summary>Whether it goes on as it comes: then there is no copy.</summary>
    public bool Passes { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The bytes, and the memory that they take until it is called. Nothing is written after this.</summary>
    public (ReadOnlyMemory<byte> Bytes, Action GiveBack) Take()
    {
        if (_bytes.Length > _length)
        {
            budget.GiveBack(_bytes.Length - _length);
            Array.Resize(ref _bytes, _length);
        }

        var bytes = _bytes;
        (_bytes, _length) = ([], 0);
        return (bytes, GivingBack(budget, bytes.Length));
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!Passes && !TryKeep(buffer.Span))
        {
            Passes = true;
            tooLong();
            var (kept, giveBack) = Take();
            try
            {
                await ResponseTransform.WriteInPiecesAsync(caller, kept, cancellationToken);
            }
            finally
            {
                giveBack();
            }
        }

        if (Passes)
        {
            await caller.WriteAsync(buffer, cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Passes ? caller.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Responses are written asynchronously.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Take().GiveBack();
        }

        base.Dispose(disposing);
    }

    /// <summary>Static, so that a stored response does not hold on to the request that it was asked for with.</summary>
    private static Action GivingBack(BodyBudget budget, int taken) => () => budget.GiveBack(taken);

    private bool TryKeep(ReadOnlySpan<byte> more)
    {
        var announced = announcedLength();
        var length = (long)_length + more.Length;
        if (length > most || announced > most)
        {
            return false;
        }

        if (length > _bytes.Length)
        {
            // What is announced is taken at once; it need not be true.
            var larger = (int)Math.Clamp(Math.Max(announced ?? 0, 2L * _bytes.Length), length, most);
            if (!budget.TryTakeFree(larger - _bytes.Length))
            {
                return false;
            }

            Array.Resize(ref _bytes, larger);
        }

        more.CopyTo(_bytes.AsSpan(_length));
        _length = (int)length;
        return true;
    }
}
