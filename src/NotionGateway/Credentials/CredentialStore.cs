using System.Collections.Frozen;

namespace NotionGateway.Credentials;

/// <summary>
/// Holds every configured credential. A reload keeps the state of those whose settings stay the same, so that changing
/// one credential disturbs no other.
/// </summary>
internal sealed class CredentialStore
{
    private volatile FrozenDictionary<CredentialName, Credential> _all = FrozenDictionary<CredentialName, Credential>.Empty;

    public CredentialStore(Live<CredentialsOptions> options)
    {
        Take(options.Current);
        options.Changed += Take;
    }

    public IEnumerable<Credential> All => _all.Values;

    public Credential? Find(CredentialName name) => _all.GetValueOrDefault(name);

    private void Take(CredentialsOptions options)
    {
        var before = _all;
        _all = options.All
            .Select(wanted => before.TryGetValue(wanted.Name, out var kept) && kept.Options == wanted ? kept : new Credential(wanted))
            .ToFrozenDictionary(credential => credential.Name);
    }
}
