namespace NotionGateway.FlowControl.Queueing;

/// <summary>
/// Which waiting requests one response could serve: those with equal keys; null for a request that must have its own. Another stage supplies it.
/// </summary>
internal delegate object? ResponseKey(object request);

/// <summary>The waiting requests that one response could serve, by their keys. What has no key is not here.</summary>
internal sealed class Alike
{
    private readonly Dictionary<object, List<QueuedRequest>> _byKey = [];

    public void Add(QueuedRequest queued)
    {
        if (queued.Request.Key is not { } key)
        {
            return;
        }

        if (!_byKey.TryGetValue(key, out var same))
        {
            _byKey.Add(key, same = []);
        }

        same.Add(queued);
    }

    public void Remove(QueuedRequest queued)
    {
        if (queued.Request.Key is { } key && _byKey.TryGetValue(key, out var same) && same.Remove(queued) && same.Count == 0)
        {
            _byKey.Remove(key);
        }
    }

    /// <summary>
    /// Whether one waits already that was let in because it will be served before a deadline that is no later than this one's: then this one is served
    /// with it at the latest.
    /// </summary>
    public bool ServesInTime(PermitRequest request) => request.Key is { } key && _byKey.TryGetValue(key, out var same)
        && same.Exists(queued => queued.Request.Deadline <= request.Deadline);

    /// <summary>Those that wait for the same response as this one, which waits no longer.</summary>
    public IReadOnlyList<QueuedRequest> With(QueuedRequest taken) =>
        taken.Request.Key is { } key && _byKey.TryGetValue(key, out var same) ? [.. same] : [];
}
