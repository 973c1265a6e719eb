namespace NotionGateway.FlowControl.Budget;

/// <summary>
/// How many requests a connection may be sent, as this process has to keep it: a token bucket, and a bound on every
/// span of time wherever it begins. Notion counts in fixed windows whose beginning nobody knows; only the bound on every
/// span is right for each of them, and only the bucket keeps a window from being used up in its first second.
/// </summary>
/// <param name="RatePerSecond">Permits a second in the long run.</param>
/// <param name="Burst">Permits that may be taken at once after a pause.</param>
/// <param name="WindowLimit">Permits in any span of <paramref name="Window"/> and <paramref name="WindowMargin"/> together.</param>
/// <param name="Window">The length of Notion's window.</param>
/// <param name="WindowMargin">Added to the window for what the network may bunch together on its way.</param>
internal sealed record PermitLimit(double RatePerSecond, int Burst, int WindowLimit, TimeSpan Window, TimeSpan WindowMargin)
{
    /// <summary>The length of time in which <see cref="WindowLimit"/> holds.</summary>
    public TimeSpan Span => Window + WindowMargin;

    /// <summary>
    /// The rate at which the bucket fills: never more than the window allows, since a faster one would use the window up
    /// before its end and leave a gap in which nobody has a permit.
    /// </summary>
    public double Rate => Math.Min(RatePerSecond, WindowLimit / Span.TotalSeconds);

    /// <summary>The share of one of several processes that have nothing but the number of them in common.</summary>
    public PermitLimit Among(int replicas) => replicas == 1
        ? this
        : new PermitLimit(RatePerSecond / replicas, Math.Max(1, Burst / replicas), Math.Max(1, WindowLimit / replicas), Window, WindowMargin);
}
