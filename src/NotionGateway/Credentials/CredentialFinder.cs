using NotionGateway.Access;

namespace NotionGateway.Credentials;

/// <summary>Finds the credential that a request uses, and says why it cannot be used: before the request waits, and again afterwards.</summary>
internal sealed class CredentialFinder(CredentialStore store, IGrantedCredentials grants, TimeProvider time)
{
    /// <summary>How long a request that comes right after the start waits for the first reading of its credential.</summary>
    private static readonly TimeSpan StartGrace = TimeSpan.FromSeconds(5);

    /// <summary>The credential, or why there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="caller">Who uses it.</param>
    /// <param name="grantId">The one grant that it may be, if the caller's key is bound to one: a name may change hands.</param>
    /// <param name="callerGone">Ends the search.</param>
    public async ValueTask<(Credential? Credential, Refusal? Refusal)> FindAsync(
        CredentialName name, Caller caller, string? grantId, CancellationToken callerGone)
    {
        var (found, why) = name.IsGrant ? await grants.FindAsync(name, grantId, callerGone) : (store.Find(name), null);
        if (found is not { } credential)
        {
            return (null, why ?? (name.IsGrant ? AccessRules.CredentialNotAllowed(caller) : NoLongerConfigured(name)));
        }

        if (grantId is not null && credential.Terms.GrantId != grantId)
        {
            // The name belongs to another grant since the key was looked up.
            return (null, AccessRules.CredentialNotAllowed(caller));
        }

        if (!credential.FirstRead.IsCompleted)
        {
            await Task.WhenAny(credential.FirstRead, Task.Delay(StartGrace, time, callerGone));
        }

        return (credential, credential.State.Refuse(credential.Terms, time.Monotonic()));
    }

    /// <summary>Why waiting for this credential is useless, as far as is known without asking anywhere; null if it is not.</summary>
    public Refusal? WhyLost(Credential credential)
    {
        if (!credential.Name.IsGrant && !ReferenceEquals(store.Find(credential.Name), credential))
        {
            // A reload has changed it; while another source has not been read, nothing is known of it.
            return store.Find(credential.Name) is not { } changed ? NoLongerConfigured(credential.Name)
                : changed.FirstRead.IsCompleted ? changed.State.Refuse(changed.Terms, time.Monotonic())
                : null;
        }

        return credential.State.Refuse(credential.Terms, time.Monotonic());
    }

    private static Refusal NoLongerConfigured(CredentialName name) => new(RefusalReason.CredentialUnavailable, $"Credential '{name}' is no longer configured.");
}
