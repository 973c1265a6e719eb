using System.Diagnostics.Metrics;

namespace NotionGateway;

/// <summary>The meter that all instruments belong to, and the label names that stages share.</summary>
internal static class GatewayMeter
{
    public const string Name = "NotionGateway";

    public const string Caller = "caller";
    public const string Credential = "credential";
    public const string Operation = "operation";
    public const string Status = "status";
    public const string Outcome = "outcome";
    public const string Reason = "reason";
    public const string Source = "source";

    /// <summary>The factory hands out the same meter for the same name, so each stage can ask for it by itself.</summary>
    public static Meter CreateGatewayMeter(this IMeterFactory factory) => factory.Create(Name);

    /// <summary>A status as a label: three digits. Made once for each, since every request needs one.</summary>
    public static string StatusLabel(int status) => status is >= 0 and < 1000 ? StatusLabels[status] : "000";

    private static readonly string[] StatusLabels = [.. Enumerable.Range(0, 1000).Select(status => status.ToString("000", System.Globalization.CultureInfo.InvariantCulture))];
}
