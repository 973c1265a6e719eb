using NotionGateway.Credentials.Sources;

namespace NotionGateway.Credentials;

/// <summary>Answers a 401: asks the credential's supplier for another token, once for a whole burst of 401s.</summary>
/// <param name="configured">The supplier of every credential that has none of its own.</param>
internal sealed class CredentialRenewal(ITokenSupplier configured, TimeProvider time)
{
    /// <summary>How long an outcome that changes nothing serves further 401s: an operation that always says 401 does not cause a storm of reads.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    private const int MostSettled = 1000;

    private readonly BoundedCache<CredentialName, (NotionToken Token, RenewalOutcome Outcome)> _settled = new(MostSettled, Settled, time);

    public async Task<RenewalOutcome> AfterUnauthorizedAsync(Credential credential, NotionToken used, CancellationToken cancellationToken) =>
        Known(credential, used) ?? await credential.Renewal.RunAsync(() => FindOutAsync(credential, used)).WaitAsync(cancellationToken);

    /// <summary>What need not be asked: another request has found it out since this one was sent.</summary>
    private RenewalOutcome? Known(Credential credential, NotionToken used) =>
        credential.HasOtherThan(used) ? RenewalOutcome.Changed
        : credential.State.Quarantined ? RenewalOutcome.Dead
        : _settled.TryGet(credential.Name, out var settled) && settled.Token.Equals(used) ? settled.Outcome
        : null;

    private async Task<RenewalOutcome> FindOutAsync(Credential credential, NotionToken used)
    {
        if (Known(credential, used) is { } known)
        {
            return known;
        }

        var outcome = await (credential.Supplier ?? configured).RenewAsync(credential, used);
        if (outcome is RenewalOutcome.Stands or RenewalOutcome.Unverified)
        {
            _settled.Set(credential.Name, (used, outcome));
        }

        return outcome;
    }
}
