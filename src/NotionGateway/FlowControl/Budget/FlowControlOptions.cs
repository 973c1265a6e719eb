using NotionGateway.Settings;

namespace NotionGateway.FlowControl.Budget;

/// <summary>Section <c>Gateway:FlowControl</c>: how much is sent, who waits how long, and what is repeated.</summary>
internal sealed record FlowControlOptions
{
    /// <summary>Limits by the name of the plan: <c>Standard</c>, <c>Business</c>, and the operator's own.</summary>
    public required IReadOnlyDictionary<string, PermitLimit> Plans { get; init; }

    /// <summary>Requests that may wait on one connection; 1,000 by default.</summary>
    public required long MaxQueuedRequests { get; init; }

    /// <summary>Bytes of bodies that may wait on one connection; 64 MiB by default.</summary>
    public required long MaxQueuedBytes { get; init; }

    /// <summary>How long any request may wait for its permit; 30 seconds by default.</summary>
    public required TimeSpan MaxWait { get; init; }

    /// <summary>How often a request is sent at most, the first time included; 4 by default.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>How long after its arrival a request may still be sent again; 45 seconds by default.</summary>
    public required TimeSpan RetryBudget { get; init; }

    /// <summary>
    /// How many processes share the connections; each keeps its part of the limit. With a shared store it is the least number that is counted while the
    /// store is lost. 1 by default.
    /// </summary>
    public required int Replicas { get; init; }

    /// <summary>Whether each process keeps its part of the limit: nothing else is shared.</summary>
    public bool Splits { get; init; } = true;

    public static FlowControlOptions Read(SettingsSection section, bool splits = true)
    {
        var options = new FlowControlOptions
        {
            Plans = PlanOptions.Read(section),
            MaxQueuedRequests = section.Whole("MaxQueuedRequests", 1000, 1, 1_000_000),
            MaxQueuedBytes = section.Whole("MaxQueuedBytes", 64 * 1_048_576, 1_048_576, long.MaxValue),
            MaxWait = section.Duration("MaxWait", TimeSpan.FromSeconds(30), TimeSpan.Zero, TimeSpan.FromDays(1)),
            MaxAttempts = (int)section.Whole("MaxAttempts", 4, 1, 10),
            RetryBudget = section.Duration("RetryBudget", TimeSpan.FromSeconds(45), TimeSpan.Zero, TimeSpan.FromMinutes(10)),
            Replicas = (int)section.Whole("Replicas", 1, 1, 1000),
            Splits = splits,
        };
        foreach (var (plan, _) in options.Plans.Where(plan => plan.Value.WindowLimit < options.Replicas))
        {
            section.Error("Replicas", $"is more than plan {plan} has permits in a window: each process needs at least one");
        }

        section.RejectUnknown();
        return options;
    }

    /// <summary>This process's part of what a plan allows; a plan that is not known counts as the smallest of Notion's.</summary>
    public PermitLimit LimitOf(string plan) => (Plans.GetValueOrDefault(plan) ?? Plans[PlanOptions.Standard]).Among(Splits ? Replicas : 1);
}
