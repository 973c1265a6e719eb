using static NotionGateway.Operator.Status.StatusWords;

namespace NotionGateway.Operator.Status;

/// <summary>Says in a few sentences what is wrong, and that the rest is not: what an operator reads first.</summary>
internal static class StatusVerdicts
{
    /// <summary>So many requests to Notion must have been made before a rate of failures means anything.</summary>
    private const int FewRequests = 10;

    public static IReadOnlyList<StatusVerdict> Of(StatusSnapshot status, in Use lastMinute, IReadOnlyList<PartNote> parts) =>
    [
        OfNotion(status, lastMinute),
        OfGateway(status, lastMinute),
        .. OfCache(lastMinute),
        .. OfQueues(status),
        .. OfCredentials(status),
        .. parts.Select(part => new StatusVerdict(part.Ok, $"{char.ToUpperInvariant(part.Text[0])}{part.Text[1..]}.")),
        OfConfiguration(status.Configuration),
    ];

    private static StatusVerdict OfNotion(StatusSnapshot status, in Use lastMinute)
    {
        if (lastMinute.Sent == 0)
        {
            return new StatusVerdict(true, "Notion: nothing was sent in the last minute.");
        }

        var failing = status.Connections.Where(connection => connection.LastMinute is { Failed: > 0 } use && use.Failed * 2 >= use.Requests).ToList();
        var numbers = Text($"{Count(lastMinute.Sent, "request")}, {100.0 * lastMinute.Failed / lastMinute.Sent:0.#} % failed")
            + Text($", mean {lastMinute.Notion.TotalMilliseconds / lastMinute.Sent:0} ms")
            + Text($", slowest {lastMinute.SlowestNotion.TotalMilliseconds:0} ms (last minute).");
        return failing.Count > 0
            ? new StatusVerdict(false, $"Notion fails on {string.Join(", ", failing.Select(connection => connection.Credentials[0]))}: {numbers}")
            : lastMinute.Sent >= FewRequests && lastMinute.Failed * 20 >= lastMinute.Sent ? new StatusVerdict(false, $"Notion fails now and then: {numbers}")
            : new StatusVerdict(true, $"Notion answers: {numbers}");
    }

    private static StatusVerdict OfGateway(StatusSnapshot status, in Use lastMinute) =>
        status.NotReady is { } problem ? new StatusVerdict(false, $"Gateway: not ready: {problem}.")
        : lastMinute.Defects > 0 ? new StatusVerdict(
            false, $"Gateway: {Count(lastMinute.Defects, "internal error")} in the last minute; its log has the details.")
        : lastMinute.Requests == 0 ? new StatusVerdict(true, "Gateway: ready.")
        : new StatusVerdict(
            true, Text($"Gateway: ready, adds {lastMinute.Own.TotalMilliseconds / lastMinute.Requests:0.0} ms on average beside the wait for permits."));

    /// <summary>What needed no permit, and how many times Notion's limit that makes.</summary>
    private static IEnumerable<StatusVerdict> OfCache(Use lastMinute)
    {
        if (lastMinute.FromMemory + lastMinute.Joined is > 0 and var saved)
        {
            var times = lastMinute.Sent == 0 ? "" : Text($", {(double)(saved + lastMinute.Sent) / lastMinute.Sent:0.0} times what was sent");
            yield return new StatusVerdict(
                true,
                Text($"Cache: {saved} of {Count(lastMinute.Requests, "request")} needed no permit: {lastMinute.FromMemory} from memory, ")
                + Text($"{lastMinute.Joined} with an identical one{times} (last minute)."));
        }
    }

    private static IEnumerable<StatusVerdict> OfQueues(StatusSnapshot status)
    {
        foreach (var connection in status.Connections)
        {
            var name = connection.Credentials[0];
            foreach (var pause in connection.Pauses)
            {
                yield return new StatusVerdict(false, Text($"Notion asked for a pause on {name} ({pause.Level}): {pause.SecondsLeft:0} s left."));
            }

            if (connection is { LastMinute.TurnedAway: > 0 and var away, Callers: [var most, ..] })
            {
                var greedy = connection.Callers.MaxBy(caller => caller.LastMinute.Sent) ?? most;
                yield return new StatusVerdict(
                    false,
                    Text($"Quota of {name} is used up: {Count(connection.Waiting, "waits", "wait")}, {away} turned away in the last minute; ")
                    + (most.Waiting > 0 ? Text($"{most.Caller} waits most ({most.Waiting}), ") : "")
                    + Text($"{greedy.Caller} has the largest share ({100 * greedy.Share:0} %)."));
            }
        }
    }

    private static IEnumerable<StatusVerdict> OfCredentials(StatusSnapshot status) => status.Credentials
        .Where(credential => credential.State != "usable" || credential.Problem is not null || credential.LastUnauthorized > credential.LastSuccess)
        .Select(credential => new StatusVerdict(false, credential.State switch
        {
            "refused" => $"Credential {credential.Name}: Notion rejects its token. Replace it at its source ({credential.Source}).",
            "usable" => $"Credential {credential.Name}: works, but {credential.Problem ?? "Notion's last response to it was 401"}.",
            _ => $"Credential {credential.Name}: {credential.State}{(credential.Problem is { } problem ? $": {problem}" : "")}.",
        }));

    private static StatusVerdict OfConfiguration(StatusConfiguration configuration) =>
        configuration.RefusedAt is { } refused
            ? new StatusVerdict(
                false,
                Text($"Configuration: the change of {refused:HH:mm:ss}Z was REFUSED (errors: {configuration.Errors.Count}); ")
                + $"{configuration.Hash} of {configuration.AcceptedAt:yyyy-MM-dd HH:mm:ss}Z runs.")
        : configuration.NeedRestart.Count > 0
            ? new StatusVerdict(
                false, $"Configuration: {string.Join(", ", configuration.NeedRestart)} changed and needs a restart; {configuration.Hash} runs.")
        : new StatusVerdict(true, $"Configuration: {configuration.Hash}, read at {configuration.AcceptedAt:yyyy-MM-dd HH:mm:ss}Z.");
}
