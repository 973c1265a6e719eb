using System.Globalization;

namespace NotionGateway.Notion;

/// <summary>
/// Reads a Retry-After value, whatever was written there; nothing else in the program reads one. Notion and Key Vault send whole seconds;
/// proxies in between may send dates.
/// </summary>
internal static class RetryAfter
{
    /// <summary>The longest accepted wait, in seconds: some SDKs sleep for any given time.</summary>
    public const int Longest = 600;

    /// <summary>The wait that the value asks for, as whole seconds from 1 to <see cref="Longest"/>; null where it makes no sense.</summary>
    /// <param name="value">The header as it came.</param>
    /// <param name="answeredAt">The Date header of the same response: both were written with one clock, which need not be ours.</param>
    /// <param name="now">Our own time, for a response without a Date.</param>
    public static int? Seconds(string? value, string? answeredAt, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return null;
        }

        const NumberStyles Signed = NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        if (long.TryParse(value, Signed, CultureInfo.InvariantCulture, out var seconds))
        {
            return (int)Math.Clamp(seconds, 1, Longest);
        }

        if (value.AsSpan().Trim().TrimStart('+') is { IsEmpty: false } digits && !digits.ContainsAnyExceptInRange('0', '9'))
        {
            // More than any number holds: it means for ever.
            return Longest;
        }

        return Date(value) is { } date ? (int)Math.Clamp(Math.Ceiling((date - (Date(answeredAt) ?? now)).TotalSeconds), 1, Longest) : null;
    }

    /// <summary>The same as a length of time.</summary>
    public static TimeSpan? Wait(string? value, string? answeredAt, DateTimeOffset now) =>
        Seconds(value, answeredAt, now) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static DateTimeOffset? Date(string? value) =>
        DateTimeOffset.TryParseExact(value?.Trim(), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}
