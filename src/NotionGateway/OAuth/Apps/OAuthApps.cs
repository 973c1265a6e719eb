using System.Collections.Frozen;

namespace NotionGateway.OAuth.Apps;

/// <summary>The configured public connections by name.</summary>
internal sealed class OAuthApps(OAuthOptions options)
{
    private readonly FrozenDictionary<string, OAuthAppOptions> _all = options.Apps.ToFrozenDictionary(app => app.Name, StringComparer.Ordinal);

    public OAuthAppOptions? Find(string? name) => name is null ? null : _all.GetValueOrDefault(name);

    public IEnumerable<string> Names => _all.Keys.Order(StringComparer.Ordinal);
}
