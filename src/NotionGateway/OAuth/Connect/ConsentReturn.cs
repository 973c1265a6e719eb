using NotionGateway.Access;
using NotionGateway.Forwarding.Upstream;
using NotionGateway.OAuth.Connect.Pages;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Connect;

/// <summary>
/// Receives a person whom Notion sends back. A code is used only if the state shows that it was requested
/// here, and the cookie that it was requested in this browser: otherwise someone could have another person's consent stored as theirs.
/// </summary>
internal sealed class ConsentReturn(
    IGrantStore store, OpenLinks links, ConsentExchange exchange, ConnectMetrics metrics, ForwardingOptions forwarding,
    TimeProvider time, ILogger<ConsentReturn> log)
{
    public async Task<ConnectResponse> ReturnAsync(CallbackQuery query, string? cookie)
    {
        // Checked before the store is queried, and without using the state: a request from another browser must not invalidate it.
        if (GatewayKey.DigestOfSecret(query.State) is not { } state)
        {
            return Refuse("state_missing", ConnectPages.Refused);
        }

        if (GatewayKey.DigestOfSecret(cookie) is not { } presented)
        {
            return Refuse("cookie_missing", ConnectPages.Refused);
        }

        if (await store.TakeConsentAsync(state, CancellationToken.None) is not { } consent)
        {
            return Refuse("state_unknown", ConnectPages.Refused);
        }

        // Digests compare in constant time.
        if (!consent.Cookie.Equals(presented))
        {
            return Refuse("other_browser", ConnectPages.Refused);
        }

        if (consent.ExpiresAt <= time.GetUtcNow())
        {
            return Refuse("state_expired", ConnectPages.TooLate);
        }

        return query switch
        {
            { Code: { } code } => await exchange.ConnectAsync(consent, new UpstreamSecret(code, forwarding.Upstream)),
            { Error: CallbackError.Cancelled } => await CancelAsync(consent),
            { Error: { } error } => FailWith(error, consent),
            _ => Refuse("code_missing", ConnectPages.Refused),
        };
    }

    private async Task<ConnectResponse> CancelAsync(PendingConsent consent)
    {
        metrics.Ended(consent.Name, ConnectEnd.Cancelled);
        log.Cancelled(consent.Name);
        var reading = await links.ReadAsync(consent.Link, CancellationToken.None);
        return ConnectResponse.Show("cancelled", ConnectPages.Cancelled(reading.IsOpen ? reading.Link.ExpiresAt : null), dropsCookie: true);
    }

    private ConnectResponse FailWith(string error, PendingConsent consent)
    {
        metrics.Ended(consent.Name, ConnectEnd.Refused);
        log.Refused(consent.Name, CallbackError.WordFor(error));
        return ConnectResponse.Show("notion_error", CallbackError.PageFor(error), dropsCookie: true);
    }

    private ConnectResponse Refuse(string outcome, ConnectPage page)
    {
        metrics.Ended(null, ConnectEnd.Refused);
        return ConnectResponse.Show(outcome, page);
    }
}
