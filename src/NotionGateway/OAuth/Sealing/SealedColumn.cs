namespace NotionGateway.OAuth.Sealing;

/// <summary>What a sealed text is; it opens as nothing else.</summary>
internal enum SealedColumn
{
    AccessToken,
    RefreshToken,
    Profile,
}
