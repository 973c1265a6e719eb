using System.Buffers;
using System.IO.Compression;

namespace NotionGateway.Forwarding.Leaks;

/// <summary>The content codings that the gateway can undo to look for its token, and no others.</summary>
internal static class ContentCodings
{
    private const string Identity = "identity";

    /// <summary>Bounds what a small packed body may unpack to, at each of its layers.</summary>
    private const int MostUnpacked = 1024 * 1024;

    private const int MostLayers = 3;

    private const int PageSize = 16 * 1024;

    public static bool IsIdentity(string? coding) => coding is null
        || coding.Split(',', StringSplitOptions.TrimEntries).All(layer => layer is "" || layer.Equals(Identity, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// What to ask Notion for of the codings that a caller accepts: an error that came in another would have to be withheld, and its text
    /// be lost to the caller.
    /// </summary>
    public static string Readable(string accepted)
    {
        var readable = Array.FindAll(accepted.Split(','), IsReadable);
        return readable.Length == 0 ? Identity : string.Join(',', readable).Trim();
    }

    /// <summary>A body as its reader will see it; null if it cannot be unpacked whole.</summary>
    public static ReadOnlyMemory<byte>? Unpack(ReadOnlyMemory<byte> body, string? coding)
    {
        var layers = (coding ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (layers.Length > MostLayers)
        {
            return null;
        }

        // The last that was applied is undone first.
        ReadOnlyMemory<byte>? unpacked = body;
        for (var layer = layers.Length - 1; layer >= 0 && unpacked is { IsEmpty: false } packed; layer--)
        {
            unpacked = IsIdentity(layers[layer]) ? packed : UnpackLayer(packed, layers[layer]);
        }

        return unpacked;
    }

    private static bool IsReadable(string offer)
    {
        var name = offer.AsSpan();
        name = (name.IndexOf(';') is var end and >= 0 ? name[..end] : name).Trim();
        return name.Equals("gzip", StringComparison.OrdinalIgnoreCase)
            || name.Equals("deflate", StringComparison.OrdinalIgnoreCase)
            || name.Equals("br", StringComparison.OrdinalIgnoreCase)
            || name.Equals(Identity, StringComparison.OrdinalIgnoreCase)
            || name.Equals("x-gzip", StringComparison.OrdinalIgnoreCase)
            || name.IsEmpty;
    }

    private static ReadOnlyMemory<byte>? UnpackLayer(ReadOnlyMemory<byte> packed, string coding)
    {
        using var source = new MemoryStream(packed.ToArray());
        using var unpacker = Unpacker(coding, source, packed.Span);
        if (unpacker is null)
        {
            return null;
        }

        var unpacked = new ArrayBufferWriter<byte>(PageSize);
        try
        {
            while (unpacker.Read(unpacked.GetSpan(PageSize)) is var read and > 0)
            {
                unpacked.Advance(read);
                if (unpacked.WrittenCount > MostUnpacked)
                {
                    return null;
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or InvalidOperationException)
        {
            // Not what its header says; of Brotli, the runtime says so by InvalidOperationException.
            return null;
        }

        return unpacked.WrittenMemory;
    }

    private static Stream? Unpacker(string coding, Stream source, ReadOnlySpan<byte> packed) => coding.ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(source, CompressionMode.Decompress),
        "deflate" => HasZlibHead(packed) ? new ZLibStream(source, CompressionMode.Decompress) : new DeflateStream(source, CompressionMode.Decompress),
        "br" => new BrotliStream(source, CompressionMode.Decompress),
        _ => null,
    };

    /// <summary>"deflate" means zlib (RFC 9110, 8.4.1.2), but some servers send the bare deflate stream, and clients read both.</summary>
    private static bool HasZlibHead(ReadOnlySpan<byte> packed) =>
        packed is [var first, var second, ..] && (first & 0x0f) == 8 && ((first << 8) | second) % 31 == 0;
}
