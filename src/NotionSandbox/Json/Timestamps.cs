using System.Globalization;

namespace NotionSandbox.Json;

/// <summary>Notion writes times in two ways: most things to the full minute, containers and views to the millisecond with an offset.</summary>
internal static class Timestamps
{
    public static string Minute(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm':00.000Z'", CultureInfo.InvariantCulture);

    public static string Millisecond(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+00:00'", CultureInfo.InvariantCulture);

    public static string Exact(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
