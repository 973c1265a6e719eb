using NotionGateway.Access;

namespace NotionGateway.Credentials;

/// <summary>What a request is let go on with after a wait.</summary>
/// <param name="Refusal">Why it must not go on; null if it may.</param>
/// <param name="Name">The name of its credential now.</param>
/// <param name="Credential">Its credential now, if there is one.</param>
internal readonly record struct Readmission(Refusal? Refusal, CredentialName? Name = null, Credential? Credential = null);

/// <summary>
/// Everything that was checked before a request waited is checked again after it: its key, its caller, what the caller may do, the
/// credential and its token. Every stage that makes requests wait asks here before it goes on.
/// </summary>
internal sealed class StillAdmitted(Reloadable<AccessRules> rules, CredentialFinder credentials)
{
    /// <summary>Whether the rules that it was admitted by still apply.</summary>
    public bool IsOfNow(Admission admission) => ReferenceEquals(rules.Current, admission.Rules);

    public async ValueTask<Readmission> AskAsync(Admission admission, CancellationToken callerGone)
    {
        var found = await AskOnceAsync(admission, callerGone);
        if (admission.GrantId is null || found.Refusal?.Reason != RefusalReason.CredentialNotAllowed)
        {
            return found;
        }

        // Another gateway may have renamed the grant since its key was looked up.
        admission.By.Forget(admission.Key);
        return await AskOnceAsync(admission, callerGone);
    }

    private async ValueTask<Readmission> AskOnceAsync(Admission admission, CancellationToken callerGone)
    {
        var (name, grantId) = (admission.Credential, admission.GrantId);
        var current = rules.Current;
        if (admission.MayEnd || !ReferenceEquals(current, admission.Rules))
        {
            var who = await admission.By.AuthenticateAsync(current, admission.Key, callerGone) ?? Authentication.Denied(BearerKey.Invalid);
            var again = current.Readmit(admission, who);
            if (again.Refusal is not null || again.Credential is not { } now)
            {
                return new Readmission(again.Refusal ?? AccessRules.CredentialNotAllowed(admission.Caller));
            }

            // Of a request that names none, the credential is its caller's: it follows when that changes.
            (name, grantId) = (now, who.Bound?.GrantId);
        }

        var (credential, lost) = await credentials.FindAsync(name, admission.Caller, grantId, callerGone);
        return new Readmission(lost, name, credential);
    }

    /// <summary>The same for a request that keeps waiting, as far as is known without asking anywhere. Fast, and safe under a lock.</summary>
    public Refusal? WhyLost(Admission admission, Credential credential)
    {
        var current = rules.Current;
        if (!ReferenceEquals(current, admission.Rules))
        {
            var again = current.Readmit(admission, admission.By.Recheck(current, admission));
            if (again.Refusal is not null)
            {
                return again.Refusal;
            }

            if (again.Credential != admission.Credential)
            {
                return null;
            }
        }

        return credentials.WhyLost(credential);
    }
}
