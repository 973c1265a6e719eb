using System.Net;
using System.Security.Cryptography.X509Certificates;
using NotionGateway.Credentials.Sources;
using NotionGateway.Forwarding.Proxy;

namespace NotionGateway.Forwarding.Upstream;

/// <summary>
/// The one client that talks to Notion, and the one place that builds its addresses. It follows no redirect, keeps no
/// cookie, unpacks nothing, adds no trace header and ignores the environment's proxy.
/// </summary>
internal sealed class UpstreamClient : IDisposable
{
    private const int LongestOwnResponse = 1024 * 1024;
    private const int Page = 16 * 1024;

    private static readonly UriCreationOptions ExactBytes = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly string _prefix;

    public UpstreamClient(ForwardingOptions options, SecretReaders sources, TimeProvider time)
    {
        var login = options is { ProxyUser: { } user, ProxyPassword: { } password } ? new ProxyLogin(user, password, sources, time) : null;
        _prefix = options.Upstream.GetLeftPart(UriPartial.Authority);
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            UseProxy = options.Proxy is not null,
            Proxy = options.Proxy is null ? null : new WebProxy(options.Proxy) { BypassProxyOnLocal = false, Credentials = login },
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = options.ConnectTimeout,

            // Long enough to be worth keeping, short enough that a change of address in DNS is noticed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),

            // A certificate that is not trusted yet must not decide where the gateway calls.
            SslOptions = { CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck } },
        };
        if (options.ExtraCaFile is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = ExtraCertificates.Trusting(options.ExtraCaFile);
        }

        Invoker = new HttpMessageInvoker(new OutgoingContentHandler(login is null ? handler : new ProxyLoginHandler(login, handler)), disposeHandler: true);
    }

    public HttpMessageInvoker Invoker { get; }

    /// <summary>What YARP wants to know of the destination; the address of each request is <see cref="AddressOf"/>.</summary>
    public string Prefix => _prefix;

    /// <summary>The address of a target that the guard has accepted; its characters are sent as they are.</summary>
    public Uri AddressOf(string target) => new(_prefix + target, ExactBytes);

    /// <summary>
    /// The body of a response to the gateway's own request, up to 1 MiB; of a longer or truncated one, the beginning.
    /// </summary>
    public static async Task<OwnResponse> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var page = new byte[Page];
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            int read;
            while (kept.Length < LongestOwnResponse && (read = await body.ReadAsync(page, cancellationToken)) > 0)
            {
                kept.Write(page, 0, read);
            }

            return new OwnResponse(kept.ToArray(), null);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return new OwnResponse(kept.ToArray(), exception);
        }
    }

    public void Dispose() => Invoker.Dispose();
}
