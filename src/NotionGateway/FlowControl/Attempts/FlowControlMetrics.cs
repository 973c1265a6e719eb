using System.Diagnostics.Metrics;
using NotionGateway.Access;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.FlowControl.Attempts;

/// <summary>Who waits and for how long, who gets the permits, how much of the limit is used, and what is sent again.</summary>
internal sealed class FlowControlMetrics
{
    private readonly SeriesCounter<PermitSeries> _permits;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _wait;

    public FlowControlMetrics(IMeterFactory meters, ConnectionQueues connectionQueues, Reloadable<AccessRules> rules, TimeProvider time)
    {
        var meter = meters.CreateGatewayMeter();
        _permits = new(
            meter,
            "notion_gateway.upstream.requests",
            "{request}",
            "Permits used: requests sent to Notion.",
            static series => [new(GatewayMeter.Caller, series.Caller), new(GatewayMeter.Credential, series.Credential)]);
        _retries = meter.CreateCounter<long>("notion_gateway.upstream.retries", "{retry}", "Requests that the gateway sent again, by cause.");
        _wait = meter.CreateHistogram<double>("notion_gateway.queue.wait", "s", "Time that requests waited for a permit, by outcome.", advice: Buckets.Wait);
        QueueGauges.Create(meter, connectionQueues, rules, time);
        meter.CreateObservableGauge(
            "notion_gateway.window.used", () => Windows(connectionQueues, static use => use.Used), "{request}", "Requests sent in the current window.");
        meter.CreateObservableGauge(
            "notion_gateway.window.limit", () => Windows(connectionQueues, static use => use.Limit), "{request}", "Requests allowed in a window.");
        meter.CreateObservableGauge("notion_gateway.cooldown", () => Cooldowns(connectionQueues, time), "s", "Time left of a pause that Notion asked for.");
    }

    public void Waited(PermitRequest request, WaitOutcome outcome, TimeSpan waited) => _wait.Record(
        waited.TotalSeconds,
        new KeyValuePair<string, object?>(GatewayMeter.Caller, request.Caller),
        new KeyValuePair<string, object?>(GatewayMeter.Outcome, Label(outcome)));

    /// <summary>Counts what one attempt has sent: once, or more often if the HTTP client repeated it automatically, or not at all.</summary>
    public void Sent(PermitRequest request, int sends)
    {
        if (sends == 0)
        {
            return;
        }

        _permits.Add(new PermitSeries(request.Caller, request.Credential.Name.Label), sends);
        for (; sends > 1; sends--)
        {
            Retried(request.Credential.Name, RetryCause.Connection);
        }
    }

    public void Retried(CredentialName credential, RetryCause cause) => _retries.Add(
        1,
        new KeyValuePair<string, object?>(GatewayMeter.Credential, credential.Label),
        new KeyValuePair<string, object?>("cause", Label(cause)));

    /// <summary>Of credentials that share a label (the grants of an app) the fullest window is the one to look at.</summary>
    private static IEnumerable<Measurement<int>> Windows(ConnectionQueues connectionQueues, Func<WindowUse, int> part) => connectionQueues.Bindings
        .Select(binding => (binding.Credential.Name.Label, Use: binding.ConnectionQueue.Budget.Use()))
        .GroupBy(window => window.Label, StringComparer.Ordinal)
        .Select(same => new Measurement<int>(
            part(same.MaxBy(window => (double)window.Use.Used / window.Use.Limit).Use), new KeyValuePair<string, object?>(GatewayMeter.Credential, same.Key)));

    private static IEnumerable<Measurement<double>> Cooldowns(ConnectionQueues connectionQueues, TimeProvider time) => connectionQueues.Bindings
        .SelectMany(binding => binding.ConnectionQueue.Cooldowns().Select(cooldown =>
            (binding.Credential.Name.Label, Level: Label(cooldown.Level), Left: (cooldown.Until - time.Monotonic()).TotalSeconds)))
        .GroupBy(cooldown => (cooldown.Label, cooldown.Level))
        .Select(same => new Measurement<double>(
            same.Max(cooldown => cooldown.Left),
            new KeyValuePair<string, object?>(GatewayMeter.Credential, same.Key.Label),
            new KeyValuePair<string, object?>("level", same.Key.Level)));

    public static string Label(WaitOutcome outcome) => outcome switch
    {
        WaitOutcome.Granted => "granted",
        WaitOutcome.Joined => "joined",
        WaitOutcome.Denied => "denied",
        WaitOutcome.Expired => "expired",
        WaitOutcome.Evicted => "evicted",
        WaitOutcome.Cancelled => "cancelled",
        _ => "shutdown",
    };

    private static string Label(LimitLevel level) => level switch
    {
        LimitLevel.Workspace => "workspace",
        LimitLevel.Endpoint => "endpoint",
        _ => "credential",
    };

    private static string Label(RetryCause cause) => cause switch
    {
        RetryCause.RateLimited => "rate_limited",
        RetryCause.Overloaded => "overloaded",
        RetryCause.ServerError => "server_error",
        RetryCause.Unauthorized => "unauthorized",
        _ => "connection",
    };

    private readonly record struct PermitSeries(string Caller, string Credential);
}
