using System.Buffers;
using System.Text.Unicode;
using NotionGateway.Notion;

namespace NotionGateway.Access.Targets;

/// <summary>Percent-decoding for judging a target; what is sent on is never decoded.</summary>
internal static class QueryText
{
    /// <summary>What is wrong with a query's escapes, in words; null if nothing is.</summary>
    public static string? WrongWith(ReadOnlySpan<char> query)
    {
        if (!query.Contains('%'))
        {
            return null;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(query.Length);
        try
        {
            var length = 0;
            for (var at = 0; at < query.Length; at++)
            {
                if (query[at] != '%')
                {
                    buffer[length++] = (byte)query[at];
                    continue;
                }

                if (!PercentEncoding.TryRead(query[at..], out var value))
                {
                    return "The query contains an invalid percent-encoding.";
                }

                buffer[length++] = value;
                at += 2;
            }

            return Utf8.IsValid(buffer.AsSpan(0, length)) ? null : "The query is not valid UTF-8.";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// The text with escapes and plus signs decoded until nothing changes: the form in which no spelling hides. One pass, since a text
    /// such as <c>%252525…</c> must not cost a pass for each of its layers.
    /// </summary>
    public static string Decode(ReadOnlySpan<char> text)
    {
        var buffer = ArrayPool<char>.Shared.Rent(text.Length + 1);
        var length = 0;
        foreach (var character in text)
        {
            buffer[length++] = character;

            // A decoded character may end an escape that an earlier one begins. Latin-1 is enough: only ASCII is looked for.
            while (length >= 3 && PercentEncoding.TryRead(buffer.AsSpan(length - 3, 3), out var value))
            {
                length -= 2;
                buffer[length - 1] = (char)value;
            }
        }

        buffer.AsSpan(0, length).Replace('+', ' ');
        var decoded = new string(buffer, 0, length);
        ArrayPool<char>.Shared.Return(buffer);
        return decoded;
    }
}
