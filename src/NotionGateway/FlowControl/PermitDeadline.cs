using NotionGateway.Access;
using NotionGateway.FlowControl.Budget;

namespace NotionGateway.FlowControl;

/// <summary>Until when a request may wait: the least of what the gateway, the caller's settings and the request itself allow, from its arrival.</summary>
internal sealed class PermitDeadline(Reloadable<FlowControlOptions> options, TimeProvider time)
{
    /// <param name="caller">Who waits.</param>
    /// <param name="startedAt">When the request came.</param>
    /// <param name="own">How long it may wait if it is the gateway's own; null for a caller's request.</param>
    /// <param name="prefer">What the request itself says.</param>
    public TimeSpan Of(Caller caller, long startedAt, TimeSpan? own, string? prefer)
    {
        if (own is { } most)
        {
            return time.Monotonic(startedAt) + most;
        }

        var wait = options.Current.MaxWait;
        wait = caller.MaxWait < wait ? caller.MaxWait : wait;
        wait = PreferWait.Parse(prefer) is { } preferred && preferred < wait ? preferred : wait;
        return time.Monotonic(startedAt) + wait;
    }
}
