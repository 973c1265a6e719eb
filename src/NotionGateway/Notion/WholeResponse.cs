using Microsoft.Extensions.Primitives;

namespace NotionGateway.Notion;

/// <summary>
/// One of Notion's responses as it came, complete and in memory, so that several requests can have it. Its memory is given back when the last holder
/// releases it.
/// </summary>
/// <param name="status">The HTTP status.</param>
/// <param name="headers">The headers that a caller gets, without those that differ from request to request.</param>
/// <param name="body">The bytes of the body.</param>
/// <param name="givenBack">Called once, when nobody holds it any more.</param>
internal sealed class WholeResponse(int status, IReadOnlyList<KeyValuePair<string, StringValues>> headers, ReadOnlyMemory<byte> body, Action givenBack)
{
    private int _holders = 1;

    public int Status => status;

    public IReadOnlyList<KeyValuePair<string, StringValues>> Headers => headers;

    public ReadOnlyMemory<byte> Body => body;

    /// <summary>The first value of a header; null if there is none.</summary>
    public string? Header(string name)
    {
        foreach (var (key, values) in headers)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return values.Count == 0 ? null : values[0];
            }
        }

        return null;
    }

    /// <summary>Holds it once more; false if its memory has been given back already.</summary>
    public bool TryHold()
    {
        for (var seen = Volatile.Read(ref _holders); seen > 0;)
        {
            var before = Interlocked.CompareExchange(ref _holders, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            givenBack();
        }
    }
}
