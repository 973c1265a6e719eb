namespace NotionGateway.FlowControl.Budget;

/// <summary>What Notion counts by: the bot behind a token once it is known, until then the token itself (as a hash).</summary>
internal readonly record struct ConnectionKey(string Text)
{
    public static ConnectionKey OfBot(string id) => new($"bot:{id}");

    public static ConnectionKey OfToken(string fingerprint) => new($"token:{fingerprint}");
}
