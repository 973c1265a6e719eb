using NotionGateway.OAuth.Connect.Pages;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Connect;

/// <summary>
/// Shows what was connected, at an address that contains only the grant's id: it gives no access, is known only to the person who has just
/// connected, and is valid for a short time. Any process on the store can respond.
/// </summary>
internal sealed class ConnectedPages(IGrantStore store, TimeProvider time)
{
    private const int IdLength = 32;

    public async Task<ConnectResponse> ShowAsync(string grantId, CancellationToken cancellationToken)
    {
        var grant = grantId.Length == IdLength && grantId.All(char.IsAsciiHexDigitLower) ? await store.FindByIdAsync(grantId, cancellationToken) : null;
        return grant is { State: GrantState.Active } && time.GetUtcNow() - grant.RefreshedAt <= ConsentStart.Timeout
            ? ConnectResponse.Show("connected_shown", ConnectPages.Connected(grant))
            : ConnectResponse.Show("not_shown", ConnectPages.NotFound);
    }
}
