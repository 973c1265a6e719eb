using System.Collections;
using NotionSandbox.Connections;
using NotionSandbox.Ids;

namespace NotionSandbox.OAuth;

/// <summary>All public connections, in the order in which they were registered.</summary>
internal sealed class OAuthApps(TokenMint tokens, IdMint ids) : IReadOnlyCollection<OAuthApp>
{
    private readonly Lock _gate = new();
    private volatile OAuthApp[] _all = [];

    public int Count => _all.Length;

    /// <param name="idOrName">A client id, or the name people read.</param>
    public OAuthApp this[string idOrName] =>
        Find(idOrName) ?? _all.FirstOrDefault(app => app.Name == idOrName)
        ?? throw new KeyNotFoundException($"No OAuth app is called '{idOrName}'. There are: {string.Join(", ", _all.Select(app => app.Name))}.");

    public OAuthApp? Find(string clientId) => _all.FirstOrDefault(app => app.ClientId == clientId);

    public OAuthApp Add(OAuthAppSettings settings)
    {
        var app = new OAuthApp(settings, settings.ClientId ?? ids.Next(), settings.ClientSecret ?? tokens.NextClientSecret());
        lock (_gate)
        {
            if (_all.Any(other => other.Name == app.Name || other.ClientId == app.ClientId))
            {
                throw new InvalidOperationException($"There is an OAuth app called '{app.Name}', or with its client id, already.");
            }

            _all = [.. _all, app];
            return app;
        }
    }

    public IEnumerator<OAuthApp> GetEnumerator() => _all.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
