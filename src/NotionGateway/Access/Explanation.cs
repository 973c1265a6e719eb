using NotionGateway.Notion;

namespace NotionGateway.Access;

/// <summary>What would be decided about a request, for the command that explains it.</summary>
/// <param name="Refusal">Why it would be refused; null if it would be let through.</param>
/// <param name="Target">The target as it is read, with the credentials that may stand in its query.</param>
internal sealed record Explanation(Refusal? Refusal, string Target)
{
    /// <summary>How many credentials stand in the query.</summary>
    public int QueryTokens { get; init; }

    /// <summary>The operation, if it came that far and there is one.</summary>
    public NotionOperation? Operation { get; init; }

    public CredentialName Credential { get; init; }
}
