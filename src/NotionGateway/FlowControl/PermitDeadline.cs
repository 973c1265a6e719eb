namespace NotionGateway.FlowControl;

/// <summary>Until when a request may wait: the least of what the gateway, the caller's settings and the request itself allow, from its arrival.</summary>
internal sealed class PermitDeadline(Reloadable<FlowControlOptions> options, TimeProvider time)
{
    public TimeSpan Of(GatewayRequest request, string? prefer)
    {
        var wait = options.Current.MaxWait;
        wait = request.Caller!.MaxWait < wait ? request.Caller.MaxWait : wait;
        wait = PreferWait.Parse(prefer) is { } preferred && preferred < wait ? preferred : wait;
        return time.Monotonic(request.StartedAt) + wait;
    }
}
