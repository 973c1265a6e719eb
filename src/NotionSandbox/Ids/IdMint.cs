namespace NotionSandbox.Ids;

/// <summary>Makes ids for what is created while the sandbox runs.</summary>
internal sealed class IdMint(Random random)
{
    // Printable characters, most of which must be percent-encoded in a URL: Notion's property ids are like that.
    private const string PropertyLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ;:@=^[]{}|<>?`~\\";

    public string Next() => Fresh().ToString("D");

    public string NextTask() => "task_" + Fresh().ToString("N");

    /// <summary>An id for a property, percent-encoded as Notion hands them out.</summary>
    public string NextProperty()
    {
        lock (random)
        {
            return Uri.EscapeDataString(random.GetString(PropertyLetters, 4));
        }
    }

    private Guid Fresh()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (random)
        {
            random.NextBytes(bytes);
        }

        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
