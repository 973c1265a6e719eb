using System.Net;

namespace NotionGateway.Forwarding;

/// <summary>
/// The one client that talks to Notion, and the one place that makes addresses of it. It follows no redirect, keeps no
/// cookie, unpacks nothing, adds no trace header and ignores the environment's proxy.
/// </summary>
internal sealed class UpstreamClient : IDisposable
{
    private const int LongestOwnAnswer = 64 * 1024;

    private static readonly UriCreationOptions ExactBytes = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly string _prefix;

    public UpstreamClient(ForwardingOptions options)
    {
        _prefix = options.Upstream.GetLeftPart(UriPartial.Authority);
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            UseProxy = options.Proxy is not null,
            Proxy = options.Proxy is null ? null : new WebProxy(options.Proxy) { BypassProxyOnLocal = false },
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = options.ConnectTimeout,

            // Long enough to be worth keeping, short enough that a change of address in DNS is noticed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        };
        if (options.ExtraCaFile is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = ExtraCertificates.Trusting(options.ExtraCaFile);
        }

        Invoker = new HttpMessageInvoker(new OutgoingContentHandler(handler), disposeHandler: true);
    }

    public HttpMessageInvoker Invoker { get; }

    /// <summary>What YARP wants to know of the destination; the address of each request is <see cref="AddressOf"/>.</summary>
    public string Prefix => _prefix;

    /// <summary>The address of a target that the guard has accepted; its characters are sent as they are.</summary>
    public Uri AddressOf(string target) => new(_prefix + target, ExactBytes);

    /// <summary>The body of an answer that the gateway asks for itself; of a longer one, the beginning.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestOwnAnswer];
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        return buffer.AsMemory(0, await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken));
    }

    public void Dispose() => Invoker.Dispose();
}
