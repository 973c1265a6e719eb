using System.Collections.Concurrent;
using NotionGateway.Credentials.Sources;
using NotionGateway.Forwarding.Upstream;
using NotionGateway.OAuth.Apps;

namespace NotionGateway.OAuth.TokenEndpoint;

/// <summary>
/// The client secrets of the apps, read from their sources when needed and kept for a while: long enough to spare a vault,
/// short enough that a new secret is picked up automatically.
/// </summary>
internal sealed class ClientSecrets(SecretReaders sources, ForwardingOptions forwarding, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (UpstreamSecret Secret, long At)> _known = new(StringComparer.Ordinal);

    /// <summary>The secret, or why it is not available. The last good one is used while its source does not respond.</summary>
    public async Task<(UpstreamSecret? Secret, string? Problem)> ReadAsync(OAuthAppOptions app, bool readAgain = false)
    {
        var isKnown = _known.TryGetValue(app.Name, out var known);
        if (isKnown && !readAgain && time.GetElapsedTime(known.At) < Kept)
        {
            return (known.Secret, null);
        }

        var reading = await sources.ReadAsync(app.ClientSecret, time);
        if (reading.Text is { } text)
        {
            var secret = new UpstreamSecret(text, forwarding.Upstream);
            _known[app.Name] = (secret, time.GetTimestamp());
            return (secret, null);
        }

        return isKnown ? (known.Secret, null) : (null, $"the client secret of app '{app.Name}' cannot be read: {reading.Problem}");
    }
}
