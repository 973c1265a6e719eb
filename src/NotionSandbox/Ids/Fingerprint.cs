namespace NotionSandbox.Ids;

/// <summary>FNV-1a: a short mark of some bytes that is the same in every run, unlike the framework's hash of strings.</summary>
internal static class Fingerprint
{
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var unit in bytes)
        {
            hash = (hash ^ unit) * 1099511628211UL;
        }

        return hash;
    }
}
