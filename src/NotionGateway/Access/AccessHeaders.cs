namespace NotionGateway.Access;

/// <summary>Headers by which a caller speaks to the gateway itself; none of them is sent on.</summary>
internal static class AccessHeaders
{
    /// <summary>Chooses one of the credentials that the caller may use.</summary>
    public const string Credential = "Notion-Gateway-Credential";
}
