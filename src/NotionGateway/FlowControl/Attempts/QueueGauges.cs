using System.Diagnostics.Metrics;
using NotionGateway.Access;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.FlowControl.Attempts;

/// <summary>Who waits for a permit at the moment, by credential and by caller. Nobody waiting is exported as zero.</summary>
internal static class QueueGauges
{
    /// <summary>Asks how long it would wait, and never does; no caller can have this name.</summary>
    private const string Newcomer = "(newcomer)";

    public static void Create(Meter meter, ConnectionQueues connectionQueues, Reloadable<AccessRules> rules, TimeProvider time)
    {
        meter.CreateObservableGauge(
            "notion_gateway.queue.length", () => ByCredential(connectionQueues, static (sum, _) => sum + 1), "{request}", "Requests waiting for a permit.");
        meter.CreateObservableGauge(
            "notion_gateway.queue.bytes",
            () => ByCredential(connectionQueues, static (sum, queued) => sum + queued.Request.Bytes),
            "By",
            "Bytes of request bodies waiting for a permit.");
        meter.CreateObservableGauge(
            "notion_gateway.queue.oldest",
            () =>
            {
                var now = time.Monotonic();
                return ByCredential(connectionQueues, (longest, queued) => Math.Max(longest, (now - queued.Since).TotalSeconds));
            },
            "s",
            "How long the request has waited that has waited longest for a permit.");
        meter.CreateObservableGauge(
            "notion_gateway.queue.next_wait",
            () => NextWaits(connectionQueues),
            "s",
            "How long a request would wait for a permit that came now, of a caller that has nothing waiting.");
        meter.CreateObservableGauge(
            "notion_gateway.queue.waiting", () => ByCaller(connectionQueues, rules.Current), "{request}", "Requests waiting for a permit, by caller.");
    }

    private static IEnumerable<Measurement<double>> ByCredential(ConnectionQueues connectionQueues, Func<double, QueuedRequest, double> add)
    {
        var sums = connectionQueues.Bindings
            .Select(binding => binding.Credential.Name.Label)
            .Distinct(StringComparer.Ordinal)
            .ToDictionary(label => label, _ => 0.0, StringComparer.Ordinal);
        foreach (var queued in connectionQueues.Waiting())
        {
            var label = queued.Request.Credential.Name.Label;
            sums[label] = add(sums.GetValueOrDefault(label), queued);
        }

        return sums.Select(sum => new Measurement<double>(sum.Value, new KeyValuePair<string, object?>(GatewayMeter.Credential, sum.Key)));
    }

    /// <summary>Of credentials that share a label (the grants of an app) the longest wait is the one to look at.</summary>
    private static IEnumerable<Measurement<double>> NextWaits(ConnectionQueues connectionQueues) => connectionQueues.Bindings
        .Select(binding => (binding.Credential.Name.Label, Wait: binding.ConnectionQueue.WaitFor(PermitRequest.Next(binding.Credential, Newcomer, weight: 1))))
        .GroupBy(next => next.Label, StringComparer.Ordinal)
        .Select(same => new Measurement<double>(
            Math.Max(0, same.Max(next => next.Wait).TotalSeconds), new KeyValuePair<string, object?>(GatewayMeter.Credential, same.Key)));

    private static IEnumerable<Measurement<int>> ByCaller(ConnectionQueues connectionQueues, AccessRules rules)
    {
        var sums = rules.Callers.ToDictionary(caller => caller.Name, _ => 0, StringComparer.Ordinal);
        foreach (var queued in connectionQueues.Waiting())
        {
            sums[queued.Request.Caller] = sums.GetValueOrDefault(queued.Request.Caller) + 1;
        }

        return sums.Select(sum => new Measurement<int>(sum.Value, new KeyValuePair<string, object?>(GatewayMeter.Caller, sum.Key)));
    }
}
