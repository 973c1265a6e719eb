using NotionGateway.Access;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Connect.Pages;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Connect;

/// <summary>Sends a person to Notion: with a state that works once, and a cookie that proves who began.</summary>
internal sealed class ConsentStart(OpenLinks links, StartLimit limit, IGrantStore store, NotionOAuthClient notion, ConnectAddress address, TimeProvider time)
{
    /// <summary>How long a person may take at Notion.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    public async Task<ConnectResponse> BeginAsync(string secret, CancellationToken cancellationToken)
    {
        var reading = await links.ReadAsync(GatewayKey.DigestOfSecret(secret), cancellationToken);
        if (!reading.IsOpen)
        {
            return OpenLinks.Closed(reading);
        }

        var link = reading.Link;
        if (!limit.TryTake(link.Digest))
        {
            return ConnectResponse.Show("too_many_starts", ConnectPages.TooManyStarts, retryAfter: Timeout);
        }

        var (state, cookie) = (GatewayKey.NewSecret(), GatewayKey.NewSecret());
        var consent = new PendingConsent(KeyDigest.Of(state), KeyDigest.Of(cookie), link.Digest, link.Name, time.GetUtcNow() + Timeout);
        await store.AddConsentAsync(consent, cancellationToken);
        var authorize = notion.AuthorizeUrl(reading.App, ConnectTarget.CallbackUrl(address), state);
        return ConnectResponse.SendToNotion(authorize.AbsoluteUri, cookie);
    }
}
