using System.Globalization;

namespace NotionGateway.FlowControl;

/// <summary>Reads how long a caller is ready to wait: <c>Prefer: wait=N</c> in whole seconds (RFC 7240, 4.3).</summary>
internal static class PreferWait
{
    private const string Name = "wait";

    /// <summary>The first wait that is named; null if there is none that makes sense, since a preference may be ignored.</summary>
    public static TimeSpan? Parse(string? prefer)
    {
        foreach (var preference in (prefer ?? "").Split(','))
        {
            // Parameters of a preference follow a semicolon; none is known for this one.
            var pair = preference.Split(';')[0].Split('=', 2);
            if (pair.Length == 2 && pair[0].Trim().Equals(Name, StringComparison.OrdinalIgnoreCase))
            {
                return int.TryParse(pair[1].Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                    ? TimeSpan.FromSeconds(seconds)
                    : null;
            }
        }

        return null;
    }
}
