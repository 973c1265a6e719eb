namespace NotionGateway.Notion;

/// <summary>The headers of Notion's API that the gateway knows by name.</summary>
internal static class NotionHeaders
{
    public const string Version = "Notion-Version";
    public const string Beta = "Notion-Beta";
    public const string RequestId = "x-notion-request-id";
}
