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

    /// <summary>The factory hands out the same meter for the same name, so each stage can ask for it itself.</summary>
    public static Meter CreateGatewayMeter(this IMeterFactory factory) => factory.Create(Name);

    /// <summary>A status as a label: three digits. Made once for each, since every request needs one.</summary>
    public static string StatusLabel(int status) => status is >= 0 and < 1000 ? StatusLabels[status] : "000";

    private static readonly string[] StatusLabels =
        [.. Enumerable.Range(0, 1000).Select(status => status.ToString("000", System.Globalization.CultureInfo.InvariantCulture))];
}

/// <summary>The bounds of histograms' buckets, in seconds, chosen for what is asked of them.</summary>
internal static class Buckets
{
    /// <summary>From what the gateway itself needs to what callers give up at.</summary>
    public static readonly InstrumentAdvice<double> Latency = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    /// <summary>Few, since each credential has them all: enough to tell a connection on which Notion is slow from the others.</summary>
    public static readonly InstrumentAdvice<double> ByCredential = new() { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    /// <summary>From an unnoticeable wait to one longer than callers accept, with a bound just above the usual longest wait.</summary>
    public static readonly InstrumentAdvice<double> Wait = new()
    {
        HistogramBucketBoundaries = [0.001, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 31, 45, 60],
    };
}
