namespace NotionGateway;

/// <summary>The name of a credential: what callers may know and metrics may show of it, unlike the token behind it.</summary>
internal readonly record struct CredentialName(string Value)
{
    /// <summary>The credential that <c>NOTION_TOKEN</c> fills and that callers use when nothing else is said.</summary>
    public static readonly CredentialName Default = new("default");

    public override string ToString() => Value;
}
