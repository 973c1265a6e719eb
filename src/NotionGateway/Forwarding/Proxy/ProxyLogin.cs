using System.Net;
using NotionGateway.Credentials.Sources;

namespace NotionGateway.Forwarding.Proxy;

/// <summary>
/// User and password for the proxy, which asks for them when a tunnel is opened. The password is read from its source when it is
/// needed, again from time to time, and after the proxy has refused it; the last good one is used while the source does not respond.
/// </summary>
internal sealed class ProxyLogin(string user, SecretReference place, SecretReaders sources, TimeProvider time) : ICredentials
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    /// <summary>A proxy that refuses everything does not cause a storm of reads.</summary>
    private static readonly TimeSpan KeptWhenRefused = TimeSpan.FromSeconds(5);

    private readonly SingleFlight<SourceReading> _reading = new();
    private volatile Known? _known;
    private volatile bool _refused;

    /// <summary>Sees to it that there is a password before the HTTP client asks for it, which it does without waiting.</summary>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known && time.GetElapsedTime(known.At) < (_refused ? KeptWhenRefused : Kept))
        {
            return;
        }

        var reading = await _reading.RunAsync(() => sources.ReadAsync(place, time)).WaitAsync(cancellationToken);
        _refused = false;
        if ((reading.Text ?? _known?.Password) is not { } password)
        {
            throw new HttpRequestException(
                HttpRequestError.ProxyTunnelError,
                "No tunnel was asked for.",
                new ProxyPasswordException($"the password for the proxy ({place.Owner}) cannot be read: {reading.Problem}"));
        }

        _known = new Known(password, time.GetTimestamp());
    }

    /// <summary>The proxy has opened no tunnel: the password may have been replaced since it was read.</summary>
    public void Refused() => _refused = true;

    /// <summary>Only schemes that a user and a password are made for.</summary>
    public NetworkCredential? GetCredential(Uri uri, string authType) =>
        _known is { } known && (authType.Equals("Basic", StringComparison.OrdinalIgnoreCase) || authType.Equals("Digest", StringComparison.OrdinalIgnoreCase))
            ? new NetworkCredential(user, known.Password)
            : null;

    public override string ToString() => "[redacted]";

    /// <summary>The password, and when it was read.</summary>
    private sealed class Known(string password, long at)
    {
        public string Password => password;

        public long At => at;
    }
}
