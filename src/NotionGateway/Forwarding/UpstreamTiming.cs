namespace NotionGateway.Forwarding;

/// <summary>What this stage has learned of Notion's answers to a request.</summary>
/// <param name="Elapsed">The time spent on Notion, over all attempts, up to their answers' heads.</param>
/// <param name="NotionRequestId">Notion's own id of the request, from its last answer.</param>
/// <param name="CutOffBy">What broke Notion's answer off after it had begun to go out, for the log; null if nothing did.</param>
internal sealed record UpstreamTiming(TimeSpan Elapsed, string? NotionRequestId, string? CutOffBy = null)
{
    public static readonly UpstreamTiming None = new(TimeSpan.Zero, null);
}
