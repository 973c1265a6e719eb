using NotionGateway.Access;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Connect;

/// <summary>Sends a person to Notion: with a state that works once, and a cookie that proves who began.</summary>
internal sealed class ConsentStart(OpenLinks links, StartLimit limit, IGrantStore store, NotionOAuthClient notion, ConnectAddress address, TimeProvider time)
{
    /// <summary>How long a person may take at Notion.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public async Task<ConnectAnswer> BeginAsync(string secret, CancellationToken cancellationToken)
    {
        var reading = await links.ReadAsync(SecretForm.DigestOf(secret), cancellationToken);
        if (!reading.IsOpen)
        {
            return OpenLinks.Closed(reading);
        }

        var link = reading.Link!;
        if (!limit.TryTake(link.Digest))
        {
            return ConnectAnswer.Show("too_many_starts", ConnectPages.TooManyStarts, retryAfter: Patience);
        }

        var (state, cookie) = (GatewayKey.NewSecret(), GatewayKey.NewSecret());
        var consent = new PendingConsent(KeyDigest.Of(state), KeyDigest.Of(cookie), link.Digest, link.Name, time.GetUtcNow() + Patience);
        await store.AddConsentAsync(consent, cancellationToken);
        var authorize = notion.AuthorizeUrl(reading.App!, ConnectTarget.CallbackUrl(address), state);
        return ConnectAnswer.SendToNotion(authorize.AbsoluteUri, cookie);
    }
}
