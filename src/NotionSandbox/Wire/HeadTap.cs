using System.Buffers;
using System.IO.Pipelines;

namespace NotionSandbox.Wire;

/// <summary>
/// Is between the socket and the server and keeps a copy of each request's head. The server sorts and joins headers while
/// parsing them, so that only the bytes themselves show what a client really sent, in which order and how often.
/// </summary>
internal sealed class HeadTap(PipeReader inner) : PipeReader
{
    private readonly ArrayBufferWriter<byte> _head = new(512);
    private ReadOnlySequence<byte> _latest;
    private bool _inBody;

    /// <summary>The bytes that were consumed since the last request ended; what is consumed from now on is this request's body.</summary>
    public byte[] TakeHead()
    {
        var head = _head.WrittenSpan.ToArray();
        _head.ResetWrittenCount();
        _inBody = true;
        return head;
    }

    public void ExpectHead() => _inBody = false;

    public override void AdvanceTo(SequencePosition consumed)
    {
        Copy(consumed);
        inner.AdvanceTo(consumed);
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        Copy(consumed);
        inner.AdvanceTo(consumed, examined);
    }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await inner.ReadAsync(cancellationToken);
        _latest = result.Buffer;
        return result;
    }

    public override bool TryRead(out ReadResult result)
    {
        var any = inner.TryRead(out result);
        _latest = result.Buffer;
        return any;
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private void Copy(SequencePosition consumed)
    {
        if (_inBody)
        {
            return;
        }

        foreach (var part in _latest.Slice(_latest.Start, consumed))
        {
            _head.Write(part.Span);
        }
    }
}
