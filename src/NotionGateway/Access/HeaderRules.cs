namespace NotionGateway.Access;

/// <summary>
/// What a head must look like before anything else is asked. Most of it is about framing: a message that two programs
/// could read in two ways is refused, and its connection closed, before any of it reaches Notion.
/// </summary>
internal static class HeaderRules
{
    public static Refusal? Check(in RequestHead head)
    {
        if (head.Method is not ("GET" or "POST" or "PATCH" or "DELETE"))
        {
            return new Refusal(RefusalReason.MethodNotAllowed, "Notion's API knows the methods GET, POST, PATCH and DELETE.");
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
        : head.AsksForUpgrade ? "This gateway does not change protocols: send no Upgrade header (a Java HttpClient needs version(HTTP_1_1))."
        : head.Expect is { } expect && !expect.Equals("100-continue", StringComparison.OrdinalIgnoreCase) ? "The only expectation that can be met is 100-continue."
        : head.Method is "GET" or "DELETE" && head.HasBody ? $"A {head.Method} request carries no body."
        : head.Repeated is { } name ? $"Send one {name} header, not several."
        : head.HasForeignCharacters ? "Header values must be ASCII."
        : null;
}
