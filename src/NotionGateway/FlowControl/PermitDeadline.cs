using NotionGateway.Access;
using NotionGateway.FlowControl.Budget;

namespace NotionGateway.FlowControl;

/// <summary>Until when a request may wait: the least of what the gateway, the caller's settings and the request itself allow, from its arrival.</summary>
internal sealed class PermitDeadline(Reloadable<FlowControlOptions> options, TimeProvider time)
{
    public TimeSpan Of(Caller caller, long startedAt, string? prefer)
    {
        var wait = options.Current.MaxWait;
        wait = caller.MaxWait < wait ? caller.MaxWait : wait;
        wait = PreferWait.Parse(prefer) is { } preferred && preferred < wait ? preferred : wait;
        return time.Monotonic(startedAt) + wait;
    }
}
