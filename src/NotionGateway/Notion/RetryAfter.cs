using System.Globalization;

namespace NotionGateway.Notion;

/// <summary>Reads a Retry-After value, whatever was written there. Notion sends whole seconds; proxies in between may send dates.</summary>
internal static class RetryAfter
{
    /// <summary>The wait that the value asks for, as whole seconds of at least one; null where it makes no sense.</summary>
    public static int? Seconds(string? value, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return null;
        }

        if (long.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var seconds))
        {
            return (int)Math.Clamp(seconds, 1, int.MaxValue);
        }

        if (value.AsSpan().Trim().TrimStart('+') is { IsEmpty: false } digits && !digits.ContainsAnyExceptInRange('0', '9'))
        {
            // More than any number holds: whoever wrote it meant for ever.
            return int.MaxValue;
        }

        return DateTimeOffset.TryParseExact(value.Trim(), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? (int)Math.Clamp(Math.Ceiling((date - now).TotalSeconds), 1, int.MaxValue)
            : null;
    }
}
