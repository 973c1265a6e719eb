using System.Globalization;
using NotionGateway.Access;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;
using NotionGateway.Settings;

namespace NotionGateway.Operator;

/// <summary>Creates the one-time links with which people connect their workspaces. Only a link's digest is stored.</summary>
internal sealed class ConnectLinks(IGrantStore store, ConnectAddress address, OAuthAppNames apps, TimeProvider time)
{
    public static readonly TimeSpan DefaultLife = TimeSpan.FromDays(1);

    private static readonly TimeSpan ShortestLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(7);

    /// <summary>How the lifetime of a link is written.</summary>
    public static readonly string LifeRule = $"a duration as hh:mm:ss or d.hh:mm:ss, from {ShortestLife:c} to {LongestLife:c}";

    /// <summary>The name of the requested grant, or why it is not allowed.</summary>
    public Refusal? Check(string app, string name, string? expiresIn, out CredentialName grant, out TimeSpan life)
    {
        (grant, life) = (default, DefaultLife);
        if (!apps.All.Contains(app))
        {
            return new Refusal(RefusalReason.InvalidRequest, $"There is no OAuth app with this name; the apps are {apps}.");
        }

        if (CredentialName.OfGrant(app, name) is not { } valid)
        {
            return new Refusal(RefusalReason.InvalidRequest, $"The name must be {GatewayName.Rule}; the app is not part of it.");
        }

        grant = valid;
        return expiresIn is null || TryReadLife(expiresIn, out life)
            ? null
            : new Refusal(RefusalReason.InvalidRequest, $"expires_in: write {LifeRule}.");
    }

    public async Task<OperatorResponse> CreateAsync(CredentialName grant, TimeSpan life, CancellationToken cancellationToken)
    {
        var reconnects = await store.FindAsync(grant, cancellationToken) is not null;
        var secret = GatewayKey.NewSecret();
        var expiresAt = time.GetUtcNow() + life;
        if (!await store.AddLinkAsync(new ConnectLink(KeyDigest.Of(secret), grant, expiresAt), CancellationToken.None))
        {
            return OperatorResponse.No(RefusalReason.QueueFull, $"There are already {KeyLimits.Links} connect links. Try again when some have expired.");
        }

        return OperatorResponse.Done(
            $"created, until {expiresAt.UtcDateTime.ToString("s", CultureInfo.InvariantCulture)}Z",
            json =>
            {
                json.WriteString("url", address.LinkFor(secret));
                json.WriteString("name", grant.Value);
                json.WriteString("expires_at", expiresAt.UtcDateTime);
                json.WriteBoolean("reconnects", reconnects);
            },
            status: 201);
    }

    /// <summary>Durations are written as in the settings, where a bare number is not one.</summary>
    public static bool TryReadLife(string text, out TimeSpan life) =>
        TimeSpan.TryParseExact(text, [@"hh\:mm\:ss", @"d\.hh\:mm\:ss"], CultureInfo.InvariantCulture, out life) && life >= ShortestLife && life <= LongestLife;
}
