using System.Buffers;
using NotionGateway.Notion;

namespace NotionGateway.Access;

/// <summary>
/// Accepts a request target only in the one form that leaves no room for a second reading, so that what is judged here,
/// what the operations table sees and what Notion receives are the same bytes.
/// </summary>
internal static class TargetGuard
{
    private const string PathOnly = "Only '/v1/…' paths are served: send the path and query alone, beginning with one slash.";

    private static readonly SearchValues<char> Printable =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x5E).Select(code => (char)code).Where(character => character != '#')]);

    private static readonly SearchValues<char> PlainPath = SearchValues.Create("/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    /// <summary>
    /// The target to use: the same characters, less one slash of a leading <c>//v1/</c> (a base URL with a slash at its
    /// end makes those). Credentials in the query are still there.
    /// </summary>
    public static Refusal? Check(string raw, OperationTable operations, out string target)
    {
        target = raw.StartsWith("//v1/", StringComparison.Ordinal) ? raw[1..] : raw;
        var message = WrongWith(target, operations);
        return message is null ? null : new Refusal(RefusalReason.MalformedTarget, message);
    }

    private static string? WrongWith(string target, OperationTable operations)
    {
        if (target.Length == 0 || target[0] != '/')
        {
            return PathOnly;
        }

        if (target.AsSpan().ContainsAnyExcept(Printable))
        {
            return "The request target holds a control character, a fragment or a character that is not ASCII.";
        }

        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target.AsSpan(0, question);
        return WrongWithPath(path, operations) ?? (question < 0 ? null : QueryText.WrongWith(target.AsSpan(question + 1)));
    }

    private static string? WrongWithPath(ReadOnlySpan<char> path, OperationTable operations)
    {
        if (path.Contains("//", StringComparison.Ordinal))
        {
            return "The path holds an empty segment ('//').";
        }

        if (HasDotSegment(path))
        {
            return "The path holds a dot segment.";
        }

        if (!path.ContainsAnyExcept(PlainPath))
        {
            return null;
        }

        return HasOnlySafeEscapes(path) && operations.CouldBe(path)
            ? null
            : "The path holds a character that no id may hold here. Only a property id may hold percent-encoded punctuation.";
    }

    private static bool HasDotSegment(ReadOnlySpan<char> path)
    {
        if (!path.Contains("/.", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var range in path.Split('/'))
        {
            if (path[range] is "." or "..")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Each escape must stand for printable punctuation that has to be encoded. An encoded letter, digit, dot or '~' is
    /// another spelling of something plain; an encoded '/', '%' or control byte changes meaning further on.
    /// </summary>
    private static bool HasOnlySafeEscapes(ReadOnlySpan<char> path)
    {
        for (var at = path.IndexOf('%'); at >= 0; at = path.IndexOf('%'))
        {
            if (!QueryText.TryReadEscape(path[at..], out var value)
                || value is <= 0x20 or >= 0x7F or (byte)'/' or (byte)'%' or (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~'
                || char.IsAsciiLetterOrDigit((char)value))
            {
                return false;
            }

            path = path[(at + 3)..];
        }

        return true;
    }
}
