using System.Collections.Concurrent;
using System.Diagnostics;

namespace NotionGateway.TestKit;

/// <summary>Keeps every span of the gateway's own source that ends, of all gateways in this process: look for one by its request's id.</summary>
internal sealed class CapturedSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _all = new();
    private readonly ActivityListener _listener;

    public CapturedSpans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "NotionGateway",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _all.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>All that is said in the spans so far.</summary>
    public IEnumerable<string> Texts => _all.Select(span => string.Join(
        '\n',
        span.TagObjects.Concat(span.Events.SelectMany(one => one.Tags)).Select(tag => $"{tag.Key} {tag.Value}")
            .Concat([span.DisplayName, span.StatusDescription])));

    public Activity? OfRequest(string id) => _all.FirstOrDefault(span => span.GetTagItem("notion_gateway.request_id") as string == id);

    public void Dispose() => _listener.Dispose();
}
