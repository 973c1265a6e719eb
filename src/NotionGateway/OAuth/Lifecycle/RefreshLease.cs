using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>
/// The lease of one grant at the version that was read: of all gateways on one store, its holder exchanges the refresh token, which
/// Notion takes only once. Its time is counted on our own clock from before it was asked for, so never too long.
/// </summary>
internal sealed class RefreshLease(IGrantStore store, Grant grant, string holder, TimeProvider time)
{
    /// <summary>One call, and what surrounds it.</summary>
    public static readonly TimeSpan Length = NotionOAuthClient.Timeout + TimeSpan.FromSeconds(15);

    private long _askedAt;

    /// <summary>If it is taken, what was read is still what the store has.</summary>
    public Task<LeaseOutcome> TakeAsync()
    {
        _askedAt = time.GetTimestamp();
        return store.TryLeaseAsync(grant.Id, grant.Version, holder, Length, CancellationToken.None);
    }

    /// <summary>To be asked right before a call: whether the lease lasts as long as the call may. If not, it is taken once more.</summary>
    public async Task<bool> CoversCallAsync() =>
        time.GetElapsedTime(_askedAt) <= Length - NotionOAuthClient.Timeout || (await TakeAsync()).State == LeaseState.Taken;

    /// <summary>Lets other gateways try at once; if the store fails, they wait until the lease has ended.</summary>
    public async Task ReleaseAsync()
    {
        try
        {
            await store.ReleaseAsync(grant.Id, holder, CancellationToken.None);
        }
        catch (GrantStoreException)
        {
            // Nothing is lost but time.
        }
    }
}
