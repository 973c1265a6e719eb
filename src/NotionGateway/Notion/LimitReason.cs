namespace NotionGateway.Notion;

/// <summary>The words in which Notion says which of its limits was met.</summary>
internal static class LimitReason
{
    public const string Connection = "public_api_request_rate_limit";
    public const string Workspace = "public_api_space_request_rate_limit";
    public const string Endpoint = "public_api_endpoint_rate_limit";
    public const string Blocked = "public_api_request_blocked";

    /// <summary>The label of a response that met no limit.</summary>
    public const string None = "none";

    /// <summary>The label of a word that is not known, so that no response creates a new series.</summary>
    public const string Other = "other";

    /// <summary>The word as a label.</summary>
    public static string Label(string? reason) => reason switch
    {
        Connection or Workspace or Endpoint or Blocked => reason,
        null => None,
        _ => Other,
    };
}
