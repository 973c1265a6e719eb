using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Connect;

/// <summary>
/// Creates a grant from a consent, and uses the link. The order matters. If the link were used before the exchange, each
/// failure at Notion, and each attempt with a wrong client secret, would cost a link. So the link is claimed, then the code
/// exchanged, then the link marked as used in the store, then the grant stored. A failure before Notion has approved leaves
/// the link unchanged; a crash after that leaves a used link without a grant, never a link that works twice. The claim is
/// local to this process; between several processes on one store the mark decides, and the others create no grant.
/// </summary>
internal sealed class ConsentExchange(
    OpenLinks links,
    LinkClaims claims,
    IGrantStore store,
    Consents consents,
    UnderWay underWay,
    NotionOAuthClient notion,
    IGrantChanges changes,
    ConnectAddress address,
    ConnectMetrics metrics,
    TimeProvider time,
    ILogger<ConsentExchange> log)
{
    /// <summary>Continues if the person leaves in the middle: what Notion has issued must be stored or revoked.</summary>
    public Task<ConnectResponse> ConnectAsync(PendingConsent consent, UpstreamSecret code) => underWay.RunAsync(() => ExchangeAsync(consent, code));

    private async Task<ConnectResponse> ExchangeAsync(PendingConsent consent, UpstreamSecret code)
    {
        using var claim = claims.TryTake(consent.Link);
        if (claim is null)
        {
            return End(consent.Name, ConnectOutcome.LinkUsed, ConnectEnd.Refused);
        }

        // The link is checked at this time only: it does not expire while Notion processes the request.
        var now = time.GetUtcNow();
        var reading = await links.ReadAsync(consent.Link, CancellationToken.None);
        if (!reading.IsOpen || reading.Link.Name != consent.Name)
        {
            return End(consent.Name, reading.ConnectOutcome ?? ConnectOutcome.LinkExpired, ConnectEnd.Refused);
        }

        var reply = await notion.ExchangeAsync(reading.App, code, ConnectTarget.CallbackUrl(address), CancellationToken.None);
        if (reply.Value is not { } response)
        {
            log.ExchangeFailed(consent.Name, reply.Problem);
            return reply.Error is { Status: < 500, IsNotNotions: false }
                ? End(consent.Name, ConnectOutcome.NotionRefused, ConnectEnd.Refused)
                : End(consent.Name, ConnectOutcome.NotionSilent, ConnectEnd.Failed);
        }

        try
        {
            return await StoreAsync(reading.Link, reading.App, response, now);
        }
        catch (Exception exception) when (exception is GrantStoreException or KeyRingException)
        {
            // Not revoked at Notion: it may have been stored, and revoking it would end a grant that is being reconnected. It is kept and retried.
            consents.Keep(consent.Name, response, exception.Message);
            log.NotStored(consent.Name, exception.Message);
            return End(consent.Name, ConnectOutcome.NotStored, ConnectEnd.Failed);
        }
    }

    private async Task<ConnectResponse> StoreAsync(ConnectLink link, OAuthAppOptions app, TokenResponse response, DateTimeOffset now)
    {
        var name = link.Name;
        var holder = await store.FindByBotAsync(app.Name, response.Profile.BotId, CancellationToken.None);
        if (holder is null && await store.FindAsync(name, CancellationToken.None) is not null)
        {
            // Checked before the link is marked as used, so that a wrong choice of workspace does not use the link.
            return await RefuseNameAsync(name, app, response);
        }

        // For a bot that has a grant the exchange may have ended its older pair: the new one is kept even if another used the link first.
        if (!await store.TryUseLinkAsync(link.Digest, now, CancellationToken.None) && holder is null)
        {
            await TakeBackAsync(name, app, response);
            return End(name, ConnectOutcome.LinkUsed, ConnectEnd.Refused);
        }

        var outcome = await consents.ConnectAsync(name, response);
        if (outcome.Grant is not { } grant)
        {
            return await RefuseNameAsync(name, app, response);
        }

        changes.Changed(grant.Id, grant.Name);
        metrics.Ended(grant.Name, outcome.Reconnected ? ConnectEnd.Reconnected : ConnectEnd.Connected);
        var action = outcome.Reconnected ? "Reconnected" : "Connected";
        log.Connected(action, grant.Name, grant.WorkspaceId, grant.WorkspaceName, grant.Owner, grant.BotId, name);
        return ConnectResponse.EndConnected(grant.Id);
    }

    private async Task<ConnectResponse> RefuseNameAsync(CredentialName name, OAuthAppOptions app, TokenResponse response) =>
        End(name, await TakeBackAsync(name, app, response) ? ConnectOutcome.NameTaken : ConnectOutcome.NameTakenStillAllowed, ConnectEnd.Refused);

    /// <summary>These tokens will not be stored: Notion is asked to revoke them.</summary>
    private async Task<bool> TakeBackAsync(CredentialName name, OAuthAppOptions app, TokenResponse response)
    {
        var reply = await notion.RevokePairAsync(app, response.AccessToken, response.RefreshToken, CancellationToken.None);
        var result = reply.Value is null ? $"revoking it at Notion failed too: {reply.Problem}" : "it was revoked at Notion";
        log.TakenBack(name, response.Profile.WorkspaceId, result);
        return reply.Value is not null;
    }

    private ConnectResponse End(CredentialName name, ConnectOutcome outcome, ConnectEnd end)
    {
        metrics.Ended(name, end);
        log.Ended(name, outcome.Outcome);
        return ConnectResponse.EndAt(outcome);
    }
}
