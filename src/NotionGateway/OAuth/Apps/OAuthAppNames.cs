namespace NotionGateway.OAuth.Apps;

/// <summary>The names of the configured OAuth apps, for those who need to know no more of them.</summary>
internal sealed record OAuthAppNames(IReadOnlySet<string> All)
{
    public override string ToString() => string.Join(", ", All.Order(StringComparer.Ordinal));
}
