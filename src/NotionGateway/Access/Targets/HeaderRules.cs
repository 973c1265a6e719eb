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

    /// <summary>What RFC 9110 allows in a field value, less bytes outside ASCII: no two programs agree on what those mean.</summary>
    private static readonly SearchValues<char> ValueCharacters =
        SearchValues.Create(['\t', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)]);

    public static bool IsMethod(string method) => method is "GET" or "POST" or "PATCH" or "DELETE";

    /// <summary>Whether a header's value may be read or sent on.</summary>
    public static bool IsCleanValue(ReadOnlySpan<char> value) => !value.ContainsAnyExcept(ValueCharacters);

    /// <summary>The refusal of a method that Notion's API does not have.</summary>
    public static Refusal? CheckMethod(string method) =>
        IsMethod(method) ? null : new Refusal(RefusalReason.MethodNotAllowed, "Notion's API knows the methods GET, POST, PATCH and DELETE.");

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
            ? new Refusal(RefusalReason.UnsupportedMediaType, "Send the request body as it is, without Content-Encoding.")
            : null;
    }

    private static string? Malformation(in RequestHead head) =>
        head.AuthorizationCount > 1 ? "Send one Authorization header, not several."
        : head.HasLengthAndCoding ? "Send Content-Length or Transfer-Encoding, not both."
        : head.IsMultiplexed && head.HasConnectionFields ? "Connection, Transfer-Encoding and the like have no place in HTTP/2."
        : head.TransferCoding is not null && head.IsHttp10 ? "HTTP/1.0 has no Transfer-Encoding."
        : head.TransferCoding is { } coding && !coding.Equals("chunked", StringComparison.OrdinalIgnoreCase)
            ? "The only Transfer-Encoding that is taken is 'chunked', once."
        : head.Expect is { } expect && !expect.Equals("100-continue", StringComparison.OrdinalIgnoreCase) ? "The only expectation that can be met is 100-continue."
        : head.Method is "GET" or "DELETE" && head.HasBody && !head.HasTinyBody ? $"A {head.Method} request carries no body."
        : head.Repeated is { } name ? $"Send one {name} header, not several."
        : head.Unclean is { } unclean ? $"The {unclean} header holds a control character or one that is not ASCII."
        : null;
}
