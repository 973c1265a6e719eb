using System.Buffers;

namespace NotionGateway.Access.Targets;

/// <summary>
/// What a head must look like before anything else is asked. Most of it is about framing: a message that two programs
/// could read in two ways is refused, and its connection closed, before any of it reaches Notion.
/// </summary>
internal static class HeaderRules
{
    /// <summary>The methods of Notion's API.</summary>
    public static readonly IReadOnlyList<string> Methods = ["GET", "POST", "PATCH", "DELETE"];

    /// <summary>What RFC 9110 allows in a field value, without bytes outside ASCII: no two programs agree on what those mean.</summary>
    private static readonly SearchValues<char> ValueCharacters =
        SearchValues.Create(['\t', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)]);

    public static bool IsMethod(string method) => method is "GET" or "POST" or "PATCH" or "DELETE";

    /// <summary>Whether a header's value may be read or sent on.</summary>
    public static bool IsCleanValue(ReadOnlySpan<char> value) => !value.ContainsAnyExcept(ValueCharacters);

    /// <summary>The denial of a method that Notion's API does not have.</summary>
    public static Refusal? CheckMethod(string method) =>
        IsMethod(method) ? null : new Refusal(RefusalReason.MethodNotAllowed, "Notion's API supports only the methods GET, POST, PATCH and DELETE.");

    public static Refusal? Check(in RequestHead head)
    {
        if (CheckMethod(head.Method) is { } otherMethod)
        {
            return otherMethod;
        }

        if (Malformation(head) is { } message)
        {
            return new Refusal(RefusalReason.MalformedRequest, message);
        }

        return head.HasContentEncoding
            ? new Refusal(RefusalReason.UnsupportedMediaType, "Send the request body uncompressed, without Content-Encoding.")
            : null;
    }

    private static string? Malformation(in RequestHead head) =>
        head.AuthorizationCount > 1 ? "Send one Authorization header, not several."
        : head.HasLengthAndCoding ? "Send Content-Length or Transfer-Encoding, not both."
        : head.IsMultiplexed && head.HasConnectionFields ? "HTTP/2 does not allow headers such as Connection and Transfer-Encoding."
        : head.TransferCoding is not null && head.IsHttp10 ? "HTTP/1.0 does not support Transfer-Encoding."
        : head.TransferCoding is { } coding && !coding.Equals("chunked", StringComparison.OrdinalIgnoreCase)
            ? "The only accepted Transfer-Encoding is a single 'chunked'."
        : head.Expect is { } expect && !expect.Equals("100-continue", StringComparison.OrdinalIgnoreCase) ? "The only supported expectation is 100-continue."
        : head.Method is "GET" or "DELETE" && head.HasBody && !head.HasTinyBody ? $"A {head.Method} request must not have a body."
        : head.Repeated is { } name ? $"Send one {name} header, not several."
        : head.Unclean is { } unclean ? $"The {unclean} header contains a control character or a non-ASCII character."
        : null;
}
