using System.Diagnostics.CodeAnalysis;
using NotionGateway.Access;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Connect.Pages;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Connect;

/// <summary>A link that can be used and the app it is for; or why it cannot be used, null if it was never created.</summary>
internal readonly record struct LinkReading(ConnectLink? Link, OAuthAppOptions? App, ConnectOutcome? ConnectOutcome)
{
    [MemberNotNullWhen(true, nameof(Link), nameof(App))]
    public bool IsOpen => Link is not null && App is not null;
}

/// <summary>Finds links by their secrets, and says whether they can be used. Unknown ones cost one indexed read, or none.</summary>
internal sealed class OpenLinks(IGrantStore store, OAuthApps apps, TimeProvider time)
{
    public async Task<LinkReading> ReadAsync(KeyDigest? digest, CancellationToken cancellationToken)
    {
        if (digest is not { } known || await store.FindLinkAsync(known, cancellationToken) is not { } link)
        {
            return default;
        }

        // Used before expired: people who return after connecting want to know that.
        var app = apps.Find(link.Name.App);
        var outcome = link.UsedAt is not null ? ConnectOutcome.LinkUsed
            : link.ExpiresAt <= time.GetUtcNow() ? ConnectOutcome.LinkExpired
            : app is null ? ConnectOutcome.AppGone
            : null;
        return new LinkReading(link, outcome is null ? app : null, outcome);
    }

    /// <summary>The page behind the link. Opening it starts nothing: programs that preview links open it too.</summary>
    public async Task<ConnectResponse> ShowAsync(string secret, CancellationToken cancellationToken)
    {
        var reading = await ReadAsync(GatewayKey.DigestOfSecret(secret), cancellationToken);
        return reading.IsOpen
            ? ConnectResponse.Show("link_shown", ConnectPages.Link(reading.Link.Name, reading.Link.ExpiresAt))
            : Closed(reading);
    }

    /// <summary>The response for a link that cannot be used.</summary>
    public static ConnectResponse Closed(LinkReading reading) => reading.ConnectOutcome is { } outcome
        ? ConnectResponse.Show(outcome.Outcome, outcome.ToPage())
        : ConnectResponse.Show("link_unknown", ConnectPages.NotFound);
}
