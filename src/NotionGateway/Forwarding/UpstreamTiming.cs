namespace NotionGateway.Forwarding;

/// <summary>What this stage has learned of Notion's responses to a request.</summary>
/// <param name="Elapsed">The time spent on Notion, over all attempts, up to the heads of the responses.</param>
/// <param name="NotionRequestId">Notion's own id of the request, from its last response.</param>
/// <param name="CutOffBy">What broke Notion's response off after it had begun to go out, for the log; null if nothing did.</param>
internal sealed record UpstreamTiming(TimeSpan Elapsed, string? NotionRequestId, string? CutOffBy = null)
{
    public static readonly UpstreamTiming None = new(TimeSpan.Zero, null);
}
