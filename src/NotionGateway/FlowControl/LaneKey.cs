namespace NotionGateway.FlowControl;

/// <summary>What Notion counts by: the bot behind a token once it is known, until then the token itself (as a hash).</summary>
internal readonly record struct LaneKey(string Text)
{
    public static LaneKey OfBot(string id) => new($"bot:{id}");

    public static LaneKey OfToken(string fingerprint) => new($"token:{fingerprint}");
}
