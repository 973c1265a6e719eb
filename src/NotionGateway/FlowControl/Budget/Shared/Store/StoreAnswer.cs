using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace NotionGateway.FlowControl.Budget.Shared.Store;

/// <summary>What the store said, or why it said nothing.</summary>
/// <param name="Values">The answer; null if there is none.</param>
/// <param name="Problem">What went wrong, for people; empty if nothing did.</param>
/// <param name="Asked">When it was asked: waits count from then, so that the next question arrives when it is due, whatever the latency.</param>
/// <param name="Answered">When the answer was there.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StoreAnswer(string[]? Values, string Problem, TimeSpan Asked, TimeSpan Answered)
{
    [MemberNotNullWhen(true, nameof(Values))]
    public bool IsThere => Values is not null;

    public long Number(int index) => Parse(Values?[index]);

    public TimeSpan Length(int index) => OfMicroseconds(Number(index));

    public static long Parse(string? text) => long.Parse(text ?? "", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    public static TimeSpan OfMicroseconds(long count) => TimeSpan.FromTicks(count * TimeSpan.TicksPerMicrosecond);

    /// <summary>A length of time as scripts read it: whole microseconds, rounded up, since a wait that is too short costs another question.</summary>
    public static string Microseconds(TimeSpan time) => Text(((time.Ticks + TimeSpan.TicksPerMicrosecond) - 1) / TimeSpan.TicksPerMicrosecond);

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
