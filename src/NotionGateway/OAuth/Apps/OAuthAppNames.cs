namespace NotionGateway.OAuth.Apps;

/// <summary>The names of the configured OAuth apps, for code that needs only these.</summary>
internal sealed record OAuthAppNames(IReadOnlySet<string> All)
{
    public override string ToString() => string.Join(", ", All.Order(StringComparer.Ordinal));
}
