using System.Buffers;
using System.IO.Compression;
using NotionGateway.Credentials;

namespace NotionGateway.Forwarding;

/// <summary>
/// Holds the beginning of an error answer until it has been looked through: an error is where a server would repeat
/// what was sent to it. Packed bodies are unpacked for the look only; what goes out are the bytes that came.
/// </summary>
internal sealed class HeldAnswer
{
    /// <summary>How much is held; what follows is looked through as it streams.</summary>
    private const int Most = 64 * 1024;

    /// <summary>Bounds what a small packed body may unpack to.</summary>
    private const int MostUnpacked = 1024 * 1024;

    private HeldAnswer(Stream whole, ReadOnlyMemory<byte> text) => (Whole, Text) = (whole, text);

    /// <summary>The body as it came.</summary>
    public Stream Whole { get; }

    /// <summary>The body unpacked, if it is short enough to be held whole; else only its beginning.</summary>
    public ReadOnlyMemory<byte> Text { get; }

    /// <summary>Reads and checks the beginning.</summary>
    public static async Task<HeldAnswer> CheckAsync(Stream body, long? announced, string? coding, TokenNeedle needle, CancellationToken cancellationToken)
    {
        var buffer = new byte[(int)Math.Min(announced ?? Most, Most)];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var held = buffer.AsMemory(0, length);
        var text = await UnpackAsync(buffer, length, coding, needle, cancellationToken) ?? held;
        if (needle.IsIn(held.Span) || needle.IsIn(text.Span))
        {
            throw new TokenLeakException();
        }

        var whole = new HeldStream(held, body);
        return new HeldAnswer(length < Most ? whole : new LeakGuardStream(whole, needle), text);
    }

    /// <summary>The beginning unpacked; null if it is not packed.</summary>
    private static async Task<ReadOnlyMemory<byte>?> UnpackAsync(byte[] held, int length, string? coding, TokenNeedle needle, CancellationToken cancellationToken)
    {
        await using var unpacker = Unpacker(coding, new MemoryStream(held, 0, length, writable: false));
        if (unpacker is null)
        {
            return null;
        }

        var unpacked = ArrayPool<byte>.Shared.Rent(MostUnpacked);
        var filled = 0;
        try
        {
            while (filled < MostUnpacked && await unpacker.ReadAsync(unpacked.AsMemory(filled, MostUnpacked - filled), cancellationToken) is var read and > 0)
            {
                filled += read;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            // Held only in part, or not what its header says: what could be unpacked is looked through.
        }

        var found = needle.IsIn(unpacked.AsSpan(0, filled));
        var text = unpacked.AsSpan(0, Math.Min(filled, Most)).ToArray();
        ArrayPool<byte>.Shared.Return(unpacked);
        return found ? throw new TokenLeakException() : text;
    }

    private static Stream? Unpacker(string? coding, MemoryStream packed) => coding?.Trim().ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(packed, CompressionMode.Decompress),
        "deflate" => new ZLibStream(packed, CompressionMode.Decompress),
        "br" => new BrotliStream(packed, CompressionMode.Decompress),
        _ => null,
    };

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
