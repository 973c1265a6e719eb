using System.Collections.Frozen;

namespace NotionGateway.Credentials;

/// <summary>
/// Holds every configured credential. A reload keeps the state of those whose settings stay the same, so that changing
/// one credential disturbs no other.
/// </summary>
internal sealed class CredentialStore
{
    private volatile FrozenDictionary<CredentialName, Credential> _all = FrozenDictionary<CredentialName, Credential>.Empty;

    public CredentialStore(Reloadable<CredentialsOptions> options)
    {
        Take(options.Current);
        options.Changed += Take;
    }

    /// <summary>Raised after a reload has changed which credentials there are.</summary>
    public event Action? Changed;

    public IEnumerable<Credential> All => _all.Values;

    /// <summary>Makes every source due to be read, whatever its interval or pause.</summary>
    public void ReadAgain()
    {
        foreach (var credential in All)
        {
            credential.Advance(static state => state.DueNow());
        }
    }

    public Credential? Find(CredentialName name) => _all.GetValueOrDefault(name);

    private void Take(CredentialsOptions options)
    {
        var before = _all;
        _all = options.All.Select(wanted => Take(wanted, before.GetValueOrDefault(wanted.Name))).ToFrozenDictionary(credential => credential.Name);
        Changed?.Invoke();
    }

    private static Credential Take(CredentialOptions wanted, Credential? before)
    {
        if (before is null || !before.Options.ReadsSameAs(wanted))
        {
            return new Credential(wanted);
        }

        // From the same place comes the same token: it is good whatever else has changed. Only when it is due may be another moment.
        return before.Options == wanted ? before : new Credential(wanted, before.State.DueNow()) { LastSuccess = before.LastSuccess };
    }
}
