using System.Globalization;

namespace NotionGateway.Hosting.Connections;

/// <summary>How many files and sockets the process may have open: the hard limit, since the runtime raises the soft one to it automatically.</summary>
internal static class DescriptorLimit
{
    private const string Limits = "/proc/self/limits";
    private const string Row = "Max open files";

    /// <summary>Null where there is none, or where it cannot be determined.</summary>
    public static long? OfThisProcess()
    {
        try
        {
            return File.Exists(Limits) ? Parse(File.ReadAllText(Limits)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A row has the name of the limit, the soft and the hard value, and the unit.</summary>
    public static long? Parse(string limits)
    {
        var row = limits.Split('\n').FirstOrDefault(line => line.StartsWith(Row, StringComparison.Ordinal));
        var values = row?[Row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return values is [_, var hard, ..] && long.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : null;
    }
}
