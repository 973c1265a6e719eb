namespace NotionGateway.OAuth.Store;

/// <summary>A row with the seal stored in it, which is not checked yet.</summary>
internal sealed record SealedRow<T>(T Value, byte[]? Seal);
