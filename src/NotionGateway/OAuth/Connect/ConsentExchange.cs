using NotionGateway.Forwarding.Upstream;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Connect;

/// <summary>
/// Makes a grant of a consent, and uses the link up. The order is a choice. A link that were used up before the exchange would
/// be gone whenever Notion stumbles, and with a client secret that was configured wrongly each trial would cost one. So it is
/// claimed, then the code exchanged, then the link marked used in the store, then the grant stored: what fails before Notion
/// has said yes leaves the link as it was, and after that a crash leaves a used link without a grant, never a link that works
/// twice. The claim is of this process; between several on one store the mark decides, and the loser makes no grant.
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
    ForwardingOptions forwarding,
    TimeProvider time,
    ILogger<ConsentExchange> log)
{
    /// <summary>Continues if the person leaves in the middle: what Notion has issued must be stored or revoked.</summary>
    public Task<ConnectResponse> ConnectAsync(PendingConsent consent, UpstreamSecret code) => underWay.RunAsync(ExchangeAsync(consent, code));

    private async Task<ConnectResponse> ExchangeAsync(PendingConsent consent, UpstreamSecret code)
    {
        using var claim = claims.TryTake(consent.Link);
        if (claim is null)
        {
            return End(consent.Name, ConnectOutcome.LinkUsed, ConnectEnd.Refused);
        }

        // The link is judged once, by this moment: it does not expire while Notion thinks.
        var now = time.GetUtcNow();
        var reading = await links.ReadAsync(consent.Link, CancellationToken.None);
        if (!reading.IsOpen || reading.Link!.Name != consent.Name)
        {
            return End(consent.Name, reading.ConnectOutcome ?? ConnectOutcome.LinkExpired, ConnectEnd.Refused);
        }

        var reply = await notion.ExchangeAsync(reading.App!, code, ConnectTarget.CallbackUrl(address), CancellationToken.None);
        if (reply.Value is not { } response)
        {
            log.ExchangeFailed(consent.Name, reply.Problem);
            return reply.Error is { Status: < 500, IsNotNotions: false }
                ? End(consent.Name, ConnectOutcome.NotionRefused, ConnectEnd.Refused)
                : End(consent.Name, ConnectOutcome.NotionSilent, ConnectEnd.Failed);
        }

        try
        {
            return await StoreAsync(reading, response, now);
        }
        catch (Exception exception) when (exception is GrantStoreException or KeyRingException)
        {
            // Not taken back at Notion: it may have been stored after all, and for a grant that is renewed that would end it. It is kept, and tried again.
            consents.Keep(consent.Name, response, exception.Message);
            log.NotStored(consent.Name, exception.Message);
            return End(consent.Name, ConnectOutcome.NotStored, ConnectEnd.Failed);
        }
    }

    private async Task<ConnectResponse> StoreAsync(LinkReading reading, TokenResponse response, DateTimeOffset now)
    {
        var (name, app) = (reading.Link!.Name, reading.App!);
        var holder = await store.FindByBotAsync(app.Name, response.Profile.BotId, CancellationToken.None);
        if (holder is null && await store.FindAsync(name, CancellationToken.None) is not null)
        {
            // Seen before the link is marked used, so that a wrong choice of workspace does not cost the link.
            return await RefuseNameAsync(name, app, response);
        }

        // For a bot that has a grant the exchange may have ended its older pair: the new one is kept even if another used the link first.
        if (!await store.TryUseLinkAsync(reading.Link.Digest, now, CancellationToken.None) && holder is null)
        {
            await TakeBackAsync(name, app, response);
            return End(name, ConnectOutcome.LinkUsed, ConnectEnd.Refused);
        }

        var outcome = await consents.ConnectAsync(name, response);
        if (outcome.Grant is not { } grant)
        {
            return await RefuseNameAsync(name, app, response);
        }

        changes.Changed(grant.Name);
        metrics.Ended(grant.Name, outcome.Reconnected ? ConnectEnd.Reconnected : ConnectEnd.Connected);
        log.Connected(grant.Name, grant.WorkspaceId, grant.WorkspaceName, grant.Owner, grant.BotId, name, outcome.Reconnected);
        return ConnectResponse.EndConnected(grant.Id);
    }

    private async Task<ConnectResponse> RefuseNameAsync(CredentialName name, OAuthAppOptions app, TokenResponse response) =>
        End(name, await TakeBackAsync(name, app, response) ? ConnectOutcome.NameTaken : ConnectOutcome.NameTakenStillAllowed, ConnectEnd.Refused);

    /// <summary>These tokens will not be stored: Notion is asked to revoke them.</summary>
    private async Task<bool> TakeBackAsync(CredentialName name, OAuthAppOptions app, TokenResponse response)
    {
        var reply = await notion.RevokeAsync(app, new UpstreamSecret(response.AccessToken, forwarding.Upstream), CancellationToken.None);
        log.TakenBack(name, response.Profile.WorkspaceId, reply.Value is null ? reply.Problem : "yes");
        return reply.Value is not null;
    }

    private ConnectResponse End(CredentialName name, ConnectOutcome outcome, ConnectEnd end)
    {
        metrics.Ended(name, end);
        log.Ended(name, outcome.Outcome);
        return ConnectResponse.EndAt(outcome);
    }
}
