namespace NotionGateway.Operator;

/// <summary>An operator who has proved who they are.</summary>
/// <param name="Name">How audit lines and the page name them.</param>
/// <param name="Key">The digest of what they presented.</param>
/// <param name="MayChange">Whether they may change anything; a viewer may not.</param>
internal sealed record OperatorIdentity(string Name, KeyDigest Key, bool MayChange);
