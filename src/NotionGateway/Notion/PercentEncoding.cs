namespace NotionGateway.Notion;

/// <summary>The one reader of percent-encoding (RFC 3986); it serves to judge a target, since what is sent is never decoded.</summary>
internal static class PercentEncoding
{
    /// <summary>Reads <c>%XX</c> at the start of the text.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out byte value)
    {
        value = 0;
        if (text.Length < 3 || text[0] != '%' || !char.IsAsciiHexDigit(text[1]) || !char.IsAsciiHexDigit(text[2]))
        {
            return false;
        }

        value = (byte)((HexValue(text[1]) << 4) | HexValue(text[2]));
        return true;
    }

    private static int HexValue(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
