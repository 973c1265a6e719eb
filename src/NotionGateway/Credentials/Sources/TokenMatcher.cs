using System.Diagnostics;
using System.Text;

namespace NotionGateway.Credentials.Sources;

/// <summary>Looks for a token in text and bytes that would go to a caller, without giving the token to the code that searches.</summary>
[DebuggerDisplay("[redacted]")]
internal sealed class TokenMatcher
{
    private readonly string _text;
    private readonly byte[] _bytes;

    public TokenMatcher(string value)
    {
        _text = value;
        _bytes = Encoding.ASCII.GetBytes(value);
    }

    public bool IsIn(ReadOnlySpan<char> text) => text.Contains(_text, StringComparison.Ordinal);

    public bool IsIn(ReadOnlySpan<byte> bytes) => bytes.IndexOf(_bytes) >= 0;

    /// <summary>How many bytes at the end may be the beginning of the token: they must wait for what follows them.</summary>
    public int BegunAtEndOf(ReadOnlySpan<byte> bytes)
    {
        var tail = bytes[^Math.Min(bytes.Length, _bytes.Length - 1)..];
        for (var at = tail.IndexOf(_bytes[0]); at >= 0; at = tail.IndexOf(_bytes[0]))
        {
            tail = tail[at..];
            if (_bytes.AsSpan().StartsWith(tail))
            {
                return tail.Length;
            }

            tail = tail[1..];
        }

        return 0;
    }

    /// <summary>The most that <see cref="BegunAtEndOf"/> can return.</summary>
    public int LongestBeginning => _bytes.Length - 1;

    public override string ToString() => "[redacted]";
}
