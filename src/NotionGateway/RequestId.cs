namespace NotionGateway;

/// <summary>Makes the ids of requests, one way for every listener.</summary>
internal static class RequestId
{
    public static Guid New(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);

        // The marks of a random UUID (RFC 9562, version 4), so that tools that check ids take it for one.
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes);
    }
}
