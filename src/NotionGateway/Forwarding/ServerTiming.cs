using System.Globalization;

namespace NotionGateway.Forwarding;

/// <summary>Where a request's time went, for a browser's developer tools or a trace: the header <c>Server-Timing</c> (W3C).</summary>
internal static class ServerTiming
{
    public static string Of(TimeSpan waited, TimeSpan asked)
    {
        // In whole tenths: formatting a floating-point number shows in the profile of a request.
        var (queued, upstream) = (Tenths(waited), Tenths(asked));
        return string.Create(CultureInfo.InvariantCulture, $"queue;dur={queued / 10}.{queued % 10}, upstream;dur={upstream / 10}.{upstream % 10}");
    }

    private static long Tenths(TimeSpan time) => time.Ticks / (TimeSpan.TicksPerMillisecond / 10);
}
