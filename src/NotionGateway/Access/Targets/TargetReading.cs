namespace NotionGateway.Access.Targets;

/// <summary>A target that is well formed, without the credentials that stood in its query, and how many those were.</summary>
internal sealed record TargetReading(RequestTarget Target, int QueryTokens);
