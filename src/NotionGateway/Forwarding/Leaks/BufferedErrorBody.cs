using NotionGateway.Bodies;
using NotionGateway.Credentials.Sources;

namespace NotionGateway.Forwarding.Leaks;

/// <summary>
/// Holds the beginning of an error response until it has been searched: an error is where a server would repeat
/// what was sent to it. Packed bodies are unpacked for the look only; what goes out are the bytes that came.
/// </summary>
internal sealed class BufferedErrorBody
{
    /// <summary>How much is held; what follows is searched as it streams.</summary>
    private const int Most = 64 * 1024;

    private BufferedErrorBody(Stream? whole, ReadOnlyMemory<byte> text) => (Whole, Text) = (whole, text);

    /// <summary>The body as it came; null if its coding cannot be undone for the search, so that it must not go out.</summary>
    public Stream? Whole { get; }

    /// <summary>The body unpacked, if it is short enough to be held whole; else only its beginning.</summary>
    public ReadOnlyMemory<byte> Text { get; }

    /// <summary>Reads and checks the beginning.</summary>
    public static async Task<BufferedErrorBody> CheckAsync(
        Stream body, long? announced, string? coding, TokenMatcher matcher, CancellationToken cancellationToken)
    {
        var buffer = new byte[(int)Math.Min(announced ?? Most, Most)];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var held = buffer.AsMemory(0, length);
        ThrowIfIn(held, matcher);
        var whole = new HeldStream(held, body);
        if (ContentCodings.IsIdentity(coding))
        {
            return new BufferedErrorBody(new LeakGuardStream(whole, matcher), held);
        }

        var isWhole = length < Most || announced == Most;
        if (!isWhole || ContentCodings.Unpack(held, coding) is not { } text)
        {
            return new BufferedErrorBody(null, default);
        }

        ThrowIfIn(text, matcher);
        return new BufferedErrorBody(whole, text);
    }

    private static void ThrowIfIn(ReadOnlyMemory<byte> text, TokenMatcher matcher)
    {
        if (DecodedText.Holds(text.Span, matcher))
        {
            throw new TokenLeakException();
        }
    }

    /// <summary>What was held, then what is still to come.</summary>
    private sealed class HeldStream(ReadOnlyMemory<byte> held, Stream rest) : ReadOnlyStream
    {
        private ReadOnlyMemory<byte> _held = held;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_held.IsEmpty)
            {
                return rest.ReadAsync(buffer, cancellationToken);
            }

            var length = Math.Min(_held.Length, buffer.Length);
            _held[..length].CopyTo(buffer);
            _held = _held[length..];
            return ValueTask.FromResult(length);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                rest.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
