using NotionGateway.Bodies;
using NotionGateway.Credentials.Sources;

namespace NotionGateway.Forwarding.Leaks;

/// <summary>The token that was sent came back in the response.</summary>
internal sealed class TokenLeakException() : IOException("The upstream's response contains the injected token.");

/// <summary>
/// Passes a response's bytes through and stops at the injected token, also where it lies across two reads: bytes at the
/// end that may be its beginning wait for the next read. In a clean response nothing waits and nothing is copied.
/// </summary>
internal sealed class LeakGuardStream(Stream source, TokenMatcher matcher) : ReadOnlyStream
{
    private byte[] _held = [];
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length <= matcher.LongestBeginning)
        {
            // The copier waits for data with an empty buffer; any other size this small is a defect of ours.
            return buffer.IsEmpty
                ? await source.ReadAsync(buffer, cancellationToken)
                : throw new ArgumentException("The buffer is too small to look for a token in.", nameof(buffer));
        }

        while (!_ended)
        {
            _held.CopyTo(buffer);
            var read = await source.ReadAsync(buffer[_held.Length..], cancellationToken);
            _ended = read == 0;
            var ready = Release(buffer.Span[..(_held.Length + read)]);
            if (ready > 0)
            {
                return ready;
            }
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>How many of these bytes may go out now; the rest is held.</summary>
    private int Release(ReadOnlySpan<byte> bytes)
    {
        if (matcher.IsIn(bytes))
        {
            throw new TokenLeakException();
        }

        var waiting = _ended ? 0 : matcher.BegunAtEndOf(bytes);
        _held = bytes[^waiting..].ToArray();
        return bytes.Length - waiting;
    }
}
