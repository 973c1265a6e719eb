using System.Buffers.Binary;

namespace NotionSandbox.Responses;

/// <summary>Makes the ids of responses. They come from a well mixed counter, because every response needs one quickly.</summary>
internal sealed class RequestIds(Random random)
{
    private readonly ulong _seed = (ulong)random.NextInt64();
    private long _count;

    public string Next()
    {
        var count = (ulong)Interlocked.Increment(ref _count);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Mix(_seed + (2 * count)));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Mix(_seed + (2 * count) + 1));
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    // SplitMix64.
    private static ulong Mix(ulong value)
    {
        value *= 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
