using System.Buffers;
using NotionGateway.Notion;

namespace NotionGateway.Access.Targets;

/// <summary>
/// Accepts a request target only in the one form that leaves no room for a second reading, so that what is judged here,
/// what the operations table sees and what Notion receives are the same bytes.
/// </summary>
internal static class TargetGuard
{
    private const string PathOnly = "Only '/v1/…' paths are served. Send only the path and query, beginning with one slash.";

    private static readonly SearchValues<char> Printable =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x5E).Select(code => (char)code).Where(character => character != '#')]);

    private static readonly SearchValues<char> PlainPath = SearchValues.Create("/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    /// <summary>
    /// The target to use: the same characters, without one slash of a leading <c>//v1/</c> (a base URL with a slash at its
    /// end makes those). Credentials in the query are still there.
    /// </summary>
    public static Refusal? Check(string raw, OperationTable operations, out RequestTarget target)
    {
        var text = HasTwoSlashes(raw) ? raw[1..] : raw;
        target = new RequestTarget(text);
        var message = WrongWith(text, target, operations);
        return message is null ? null : new Refusal(RefusalReason.MalformedTarget, message);
    }

    /// <summary>Whether it is read with a single leading slash instead of two.</summary>
    public static bool HasTwoSlashes(string raw) => raw.StartsWith("//v1/", StringComparison.Ordinal);

    private static string? WrongWith(string text, RequestTarget target, OperationTable operations)
    {
        if (text.Length == 0 || text[0] != '/')
        {
            return PathOnly;
        }

        if (text.AsSpan().ContainsAnyExcept(Printable))
        {
            return "The request target contains a control character, a fragment or a non-ASCII character.";
        }

        return WrongWithPath(target.Path, operations) ?? (target.HasQuery ? QueryText.WrongWith(target.Query) : null);
    }

    private static string? WrongWithPath(ReadOnlySpan<char> path, OperationTable operations)
    {
        if (path.Contains("//", StringComparison.Ordinal))
        {
            return "The path contains an empty segment ('//').";
        }

        if (HasDotSegment(path))
        {
            return "The path contains a dot segment ('.' or '..').";
        }

        if (NotionTokenShape.ContainsSecret(path))
        {
            return "The path contains a token or key. Send your gateway key only in the Authorization header, and replace the one that was sent.";
        }

        var isPlain = !path.ContainsAnyExcept(PlainPath);
        if ((isPlain && path.Length <= PropertyId.Longest) || operations.At(path).Count > 0)
        {
            return null;
        }

        return operations.At(path, anyPropertyId: true).Count > 0
            ? "The property id is longer than 200 bytes, contains an invalid percent-encoding, or decodes to a dot segment, a control character or a token."
            : isPlain ? null
            : "The path contains a character that is not allowed in an id. Only a property id may contain characters other than letters, digits and '-._~'.";
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
}
