using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace NotionGateway.Caching.Store;

/// <summary>Finds when the signed addresses of files in a response expire: it must not be handed out with addresses that are nearly dead.</summary>
internal static class SignedUrls
{
    /// <summary>The longest time for which such an address can be signed: a week.</summary>
    private const int MostSeconds = 604_800;

    /// <summary>The earliest end of an address; null if there is none. One that cannot be read counts as expired.</summary>
    public static DateTimeOffset? EarliestEnd(ReadOnlySpan<byte> json)
    {
        DateTimeOffset? earliest = null;
        for (var rest = json; rest.IndexOf("\"expiry_time\""u8) is var at and >= 0;)
        {
            rest = rest[(at + "\"expiry_time\""u8.Length)..].TrimStart(" :\t\r\n"u8);
            if (!rest.StartsWith("null"u8))
            {
                Note(OfText(rest));
            }
        }

        for (var rest = json; rest.IndexOf("X-Amz-Expires="u8) is var at and >= 0;)
        {
            var expires = rest[(at + "X-Amz-Expires="u8.Length)..];
            Note(OfAddress(Address(rest, at), expires));
            rest = expires;
        }

        return earliest;

        void Note(DateTimeOffset? end)
        {
            var time = end ?? DateTimeOffset.MinValue;
            earliest = earliest is { } known && known < time ? known : time;
        }
    }

    private static DateTimeOffset? OfText(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty || rest[0] != '"' || rest[1..].IndexOf((byte)'"') is not (var end and >= 0 and < 64))
        {
            return null;
        }

        return DateTimeOffset.TryParse(
            Encoding.ASCII.GetString(rest.Slice(1, end)), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time
                : null;
    }

    /// <summary>The text between quotes around a place.</summary>
    private static ReadOnlySpan<byte> Address(ReadOnlySpan<byte> json, int at)
    {
        var start = json[..at].LastIndexOf((byte)'"') + 1;
        var end = json[at..].IndexOf((byte)'"');
        return end < 0 ? json[start..] : json[start..(at + end)];
    }

    private static DateTimeOffset? OfAddress(ReadOnlySpan<byte> address, ReadOnlySpan<byte> expires)
    {
        const string Form = "yyyyMMdd'T'HHmmss'Z'";
        var at = address.IndexOf("X-Amz-Date="u8);
        if (at < 0 || !Utf8Parser.TryParse(expires, out int seconds, out _) || seconds is < 0 or > MostSeconds)
        {
            return null;
        }

        var date = address[(at + "X-Amz-Date="u8.Length)..];
        return date.Length >= "20260102T030405Z".Length
            && DateTimeOffset.TryParseExact(
                Encoding.ASCII.GetString(date[.."20260102T030405Z".Length]), Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && time.Year < DateTimeOffset.MaxValue.Year
                ? time.AddSeconds(seconds)
                : null;
    }
}
