using NotionGateway.Settings;

namespace NotionGateway.FlowControl.Budget;

/// <summary>Section <c>Gateway:FlowControl:Plans:{plan}</c>: what Notion allows a connection, in numbers that can follow Notion's.</summary>
internal static class PlanOptions
{
    public const string Standard = "Standard";
    public const string Business = "Business";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly PermitLimit StandardLimit = new(3, 10, 180, Minute, Minute / MarginsInWindow);
    private static readonly PermitLimit BusinessLimit = new(10, 30, 600, Minute, Minute / MarginsInWindow);

    /// <summary>By default the margin is this part of the window: half a second of a minute.</summary>
    private const int MarginsInWindow = 120;

    /// <summary>All plans by name: Notion's two, as they are or as changed, and the operator's own, which begin as Standard.</summary>
    public static IReadOnlyDictionary<string, PermitLimit> Read(SettingsSection section)
    {
        var plans = new Dictionary<string, PermitLimit>(StringComparer.OrdinalIgnoreCase) { [Standard] = StandardLimit, [Business] = BusinessLimit };
        foreach (var (name, plan) in section.Named("Plans", "plan", GatewayName.IsValidInAnyCase))
        {
            plans[name] = Read(plan, plans.GetValueOrDefault(name, StandardLimit));
        }

        return plans;
    }

    private static PermitLimit Read(SettingsSection section, PermitLimit standard)
    {
        var window = section.Duration("Window", standard.Window, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        var limit = new PermitLimit(
            section.Number("RatePerSecond", standard.RatePerSecond, 0.01, 1_000_000, shown: "3 (Business: 10)"),
            (int)section.Whole("Burst", standard.Burst, 1, 1_000_000, shown: "10 (Business: 30)"),
            (int)section.Whole("WindowLimit", standard.WindowLimit, 1, 100_000_000, shown: "180 (Business: 600)"),
            window,
            section.Duration("WindowMargin", window / MarginsInWindow, TimeSpan.Zero, TimeSpan.FromMinutes(10), shown: "Window/120"));
        section.RejectUnknown();
        return limit;
    }
}
