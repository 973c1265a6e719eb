using NotionGateway.Access;
using NotionGateway.Credentials;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.Operator.Status;

/// <summary>Reports the connection queues: each is looked at under its own lock, one after the other.</summary>
internal sealed class ConnectionReport(
    ConnectionQueues queues, Reloadable<AccessRules> rules, Reloadable<FlowControlOptions> flow, RecentRequests recent, TimeProvider time)
{
    /// <summary>Grants have a connection each: only the busiest are listed.</summary>
    private const int MostConnections = 100;

    private const int MostCallers = 50;

    /// <summary>The busiest connections, and how many there are beside them.</summary>
    public (IReadOnlyList<StatusConnection> Connections, int Further) Report()
    {
        var uses = recent.Uses.Sums().ToLookup(use => use.Key.Credential, StringComparer.Ordinal);
        var all = queues.Bindings
            .GroupBy(binding => binding.ConnectionQueue)
            .Select(bindings => (Bindings: bindings.ToList(), Waiting: bindings.Key.Waiting(), Use: bindings.Key.Budget.Use()))
            .OrderByDescending(connection => connection.Waiting.Count)
            .ThenByDescending(connection => connection.Use.Used)
            .ThenBy(connection => connection.Bindings[0].Credential.Name.Value, StringComparer.Ordinal)
            .ToList();
        return (
            [.. all.Take(MostConnections).Select(connection => Of(connection.Bindings, connection.Waiting, connection.Use.Used, connection.Use.Limit, uses))],
            Math.Max(0, all.Count - MostConnections));
    }

    /// <summary>How long the caller's next request would wait, and how many wait there now; null if the credential was not used recently.</summary>
    public (double Seconds, int Waiting)? NextWait(Caller caller, CredentialName credential)
    {
        if (queues.Bindings.FirstOrDefault(binding => binding.Credential.Name == credential) is not { ConnectionQueue: var queue } found)
        {
            return null;
        }

        var bindings = queues.Bindings.Where(binding => binding.ConnectionQueue == queue).ToList();
        var (waiting, used) = (queue.Waiting(), queue.Budget.Use());
        var connection = Of(bindings, waiting, used.Used, used.Limit, recent.Uses.Sums().ToLookup(use => use.Key.Credential, StringComparer.Ordinal));
        return (
            connection.Callers.FirstOrDefault(one => one.Caller == caller.Name)?.NextWaitsSeconds
                ?? Seconds(queue.WaitFor(PermitRequest.Next(found.Credential, caller.Name, caller.Weight))),
            waiting.Count);
    }

    public static StatusUse Of(in Use use) => new()
    {
        Requests = use.Requests,
        Sent = use.Sent,
        FromMemory = use.FromMemory,
        Joined = use.Joined,
        Failed = use.Failed,
        TurnedAway = use.TurnedAway,
        NotionMeanMs = Mean(use.Notion, use.Sent),
        NotionSlowestMs = Math.Round(use.SlowestNotion.TotalMilliseconds, 1),
        OwnMeanMs = Mean(use.Own, use.Requests),
    };

    private StatusConnection Of(
        List<ConnectionBinding> bindings, IReadOnlyList<QueuedRequest> waiting, int used, int limit, ILookup<string, KeyValuePair<UseKey, Use>> uses)
    {
        var (now, queue) = (time.Monotonic(), bindings[0].ConnectionQueue);
        var credentials = bindings.Select(binding => binding.Credential.Name.Value).Order(StringComparer.Ordinal).ToList();
        var byCaller = credentials.SelectMany(credential => uses[credential])
            .GroupBy(use => use.Key.Caller, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.Aggregate(default(Use), static (sum, use) => sum + use.Value), StringComparer.Ordinal);
        var queued = waiting.ToLookup(request => request.Request.Caller, StringComparer.Ordinal);
        var total = byCaller.Values.Aggregate(default(Use), static (sum, use) => sum + use);
        var callers = byCaller.Keys.Union(queued.Select(same => same.Key), StringComparer.Ordinal).ToList();
        var weights = callers.Sum(WeightOf);
        return new StatusConnection
        {
            Credentials = credentials,
            WindowUsed = used,
            WindowLimit = limit,
            Pauses = [.. queue.Cooldowns().Select(pause => new StatusPause(Level(pause.Level), Seconds(pause.Until - now)))],
            Waiting = waiting.Count,
            OldestSeconds = Oldest(waiting, now),
            LastMinute = Of(total),
            Callers =
            [
                .. callers
                    .OrderByDescending(caller => queued[caller].Count())
                    .ThenByDescending(caller => byCaller.GetValueOrDefault(caller).Sent)
                    .ThenBy(caller => caller, StringComparer.Ordinal)
                    .Take(MostCallers)
                    .Select(caller => Of(
                        caller, queue, bindings[0].Credential, [.. queued[caller]], byCaller.GetValueOrDefault(caller), total.Sent, weights, now)),
            ],
        };
    }

    private StatusCaller Of(
        string caller, ConnectionQueue queue, Credential credential, IReadOnlyList<QueuedRequest> waiting, Use use, long sent, double weights, TimeSpan now)
    {
        var weight = WeightOf(caller);
        var share = sent == 0 ? 0 : (double)use.Sent / sent;
        return new StatusCaller
        {
            Caller = caller,
            Weight = weight,
            Waiting = waiting.Count,
            OldestSeconds = Oldest(waiting, now),
            NextWaitsSeconds = NextWait(queue, PermitRequest.Next(credential, caller, weight), waiting.Count, Math.Max(share, weight / weights)),
            Share = Math.Round(share, 3),
            LastMinute = Of(use),
        };
    }

    /// <summary>
    /// The queue knows who waits now. Callers that send one request after the other are seldom in it and come back, so each is taken to keep
    /// the share that it had in the last minute, or that its weight gives it; and nobody waits longer than <c>MaxWait</c>.
    /// </summary>
    private double NextWait(ConnectionQueue queue, PermitRequest next, int waiting, double share) =>
        Math.Min(Seconds(queue.WaitFor(next, (int)Math.Min(waiting / share, int.MaxValue))), Seconds(flow.Current.MaxWait));

    private double WeightOf(string caller) => rules.Current.CallerNamed(caller)?.Weight ?? 1;

    private static double Oldest(IReadOnlyList<QueuedRequest> waiting, TimeSpan now) =>
        waiting.Count == 0 ? 0 : Seconds(now - waiting.Min(queued => queued.Since));

    private static double Seconds(TimeSpan span) => Math.Round(Math.Max(0, span.TotalSeconds), 1);

    private static double Mean(TimeSpan sum, long count) => count == 0 ? 0 : Math.Round(sum.TotalMilliseconds / count, 1);

    private static string Level(LimitLevel level) => level switch
    {
        LimitLevel.Workspace => "workspace",
        LimitLevel.Endpoint => "endpoint",
        _ => "credential",
    };
}
