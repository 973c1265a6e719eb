using NotionGateway.Access;

namespace NotionGateway.Credentials;

/// <summary>
/// Whatever was checked before a request waited is checked again after it: its key, its caller, what the caller may do, the
/// credential and its token. Every stage that makes requests wait asks here before it goes on.
/// </summary>
internal sealed class StillAdmitted(Reloadable<AccessRules> rules, CredentialFinder credentials, IBoundKeys? boundKeys = null)
{
    /// <summary>Why the request must not go on; null if it may, with the credential as it is now in <see cref="GatewayRequest.Connection"/>.</summary>
    public async ValueTask<Refusal?> AskAsync(GatewayRequest request)
    {
        if (request.Admission is { } admission)
        {
            if (admission.Bound is not null && boundKeys is not null)
            {
                var (identity, unknown) = await boundKeys.FindAsync(admission.Key, request.CallerGone);
                if (unknown is not null)
                {
                    return unknown;
                }

                admission = admission with { Bound = identity };
                request.BoundGrant = identity?.GrantId;
            }

            if (rules.Current.Readmit(admission, out var name) is { } refusal)
            {
                return refusal;
            }

            // Of a request that names none, the credential is its caller's: it follows when that changes.
            request.Credential = name;
        }

        var (credential, lost) = await credentials.FindAsync(request);
        request.Connection = credential ?? request.Connection;
        return lost;
    }

    /// <summary>The same for a request that goes on waiting, as far as is known without asking anywhere. Fast, and safe under a lock.</summary>
    public Refusal? WhyLost(GatewayRequest request)
    {
        if (request.Admission is { } admission)
        {
            if (rules.Current.Readmit(admission, out var name) is { } refusal)
            {
                return refusal;
            }

            if (name != admission.Credential)
            {
                return null;
            }
        }

        return credentials.WhyLost(request.Connection!);
    }
}
