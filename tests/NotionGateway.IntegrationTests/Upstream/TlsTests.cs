using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>TLS to Notion (F10): a server that cannot prove to be the configured host gets nothing, least of all the token.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly PrivateAuthority _authority = new();

    [Fact]
    public async Task An_authority_from_the_extra_file_is_trusted_and_HTTP_2_is_spoken_where_it_is_offered()
    {
        await using var notion = await PretendNotion.StartAsync(_authority.Issue("localhost"));
        await using var gateway = await StartAsync(notion.Address(), _authority.PemFile);

        using var read = await gateway.Client().GetAsync("/v1/users?a=1");
        using var written = await gateway.Client().PostAsync("/v1/pages", new StringContent("{}", Encoding.UTF8, "application/json"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (read.StatusCode, written.StatusCode));
        Assert.Equal("""{"object":"list"}""", await read.Content.ReadAsStringAsync());
        Assert.Equal(["/v1/users?a=1", "/v1/pages"], notion.Requests.Select(request => request.Target).ToArray());
        Assert.All(notion.Requests, request => Assert.Equal(("HTTP/2", $"Bearer {The.NotionToken}"), (request.Protocol, request.Authorization)));
    }

    [Fact]
    public async Task Where_only_HTTP_1_is_offered_that_is_spoken()
    {
        await using var notion = await PretendNotion.StartAsync(_authority.Issue("localhost"), Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http1);
        await using var gateway = await StartAsync(notion.Address(), _authority.PemFile);

        using var response = await gateway.Client().GetAsync("/v1/users");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("HTTP/1.1", Assert.Single(notion.Requests).Protocol);
    }

    public static TheoryData<string> Untrusted => ["no extra file", "another authority", "another name", "expired", "the bare address"];

    [Theory]
    [MemberData(nameof(Untrusted))]
    public async Task Who_cannot_prove_to_be_Notion_gets_no_request_and_no_token(string what)
    {
        using var other = new PrivateAuthority();
        using var certificate = CertificateOf(what);
        await using var notion = await PretendNotion.StartAsync(certificate);
        await using var gateway = await StartAsync(notion.Address(what == "the bare address" ? "127.0.0.1" : "localhost"), what switch
        {
            "no extra file" => null,
            "another authority" => other.PemFile,
            _ => _authority.PemFile,
        });

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Delete })
        {
            using var response = await gateway.Client().SendAsync(new HttpRequestMessage(method, "/v1/blocks/abc"));
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
            Assert.Equal(["upstream_tls"], response.Headers.GetValues("Notion-Gateway-Reason"));
        }

        Assert.Empty(notion.Requests);
    }

    [Fact]
    public async Task A_probe_asks_nobody_who_cannot_prove_to_be_Notion_either()
    {
        await using var notion = await PretendNotion.StartAsync(_authority.Issue("api.example"));
        await using var gateway = await StartAsync(notion.Address(), _authority.PemFile, probe: true);

        using var response = await gateway.Client().GetAsync("/v1/users");

        Assert.Equal(["upstream_tls"], response.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.Empty(notion.Requests);
    }

    /// <summary>An address in a certificate that nobody has checked yet is where an attacker would like the gateway to call.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_issuer_that_a_certificate_offers_for_download_is_not_downloaded(bool extraFile)
    {
        using var other = new PrivateAuthority();
        await using var download = new RecordingUpstream();
        using var certificate = _authority.Issue("localhost", issuer: download.Address);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeTlsAsync(listener, certificate);
        await using var gateway = await StartAsync(AddressOf(listener), extraFile ? other.PemFile : null);

        using var response = await gateway.Client().GetAsync("/v1/users");

        Assert.Equal("", await serving);
        Assert.Equal(["upstream_tls"], response.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.Empty(download.Requests);
    }

    [Fact]
    public async Task Who_speaks_no_TLS_at_all_sees_no_token_in_the_clear()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var seen = SeeAsync(listener, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        await using var gateway = await StartAsync(AddressOf(listener), _authority.PemFile);

        using var response = await gateway.Client().GetAsync("/v1/users");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(["upstream_tls"], response.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.DoesNotContain(The.NotionToken, await seen, StringComparison.Ordinal);
    }

    /// <summary>What an authority of a company signs is mostly for people and machines that call, not for who is called.</summary>
    [Fact]
    public async Task A_certificate_for_clients_proves_nothing_of_a_server()
    {
        using var certificate = _authority.Issue("localhost", purpose: PrivateAuthority.ForClients);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeTlsAsync(listener, certificate);
        await using var gateway = await StartAsync(AddressOf(listener), _authority.PemFile);

        using var response = await gateway.Client().GetAsync("/v1/users");

        Assert.DoesNotContain(The.NotionToken, await serving, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(["upstream_tls"], response.Headers.GetValues("Notion-Gateway-Reason"));
    }

    [Fact]
    public async Task A_handshake_that_stalls_is_given_up_when_connecting_has_taken_too_long()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var gateway = await StartAsync(AddressOf(listener), _authority.PemFile, settings: ("ConnectTimeout", "00:00:00.3"));

        var since = TimeProvider.System.GetTimestamp();
        using var response = await gateway.Client().GetAsync("/v1/users");

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal(["upstream_timeout"], response.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.True(TimeProvider.System.GetElapsedTime(since) >= TimeSpan.FromSeconds(0.2), "It was given up too soon.");
    }

    public void Dispose() => _authority.Dispose();

    private X509Certificate2 CertificateOf(string what) => what switch
    {
        "another name" => _authority.Issue("api.example"),
        "expired" => _authority.Issue("localhost", days: -1),
        _ => _authority.Issue("localhost"),
    };

    private static Task<TestGateway> StartAsync(
        Uri upstream, string? extra, bool probe = false, params (string Key, string Value)[] settings) => TestGateway.StartAsync(upstream, setup =>
    {
        setup.Credential("default", The.NotionToken, probe)
            .Setting("Gateway:Forwarding:AllowInsecureUpstream", null).Setting("Gateway:Forwarding:ExtraCaFile", extra);
        foreach (var (key, value) in settings)
        {
            setup.Setting($"Gateway:Forwarding:{key}", value);
        }
    });

    private static Uri AddressOf(TcpListener listener) => new($"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>Completes the handshake with any certificate and returns the request that it was sent.</summary>
    private static async Task<string> ServeTlsAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var socket = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(socket.GetStream());
        var buffer = new byte[16 * 1024];
        try
        {
            var offline = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = offline });
            var read = await tls.ReadAsync(buffer);
            await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray());
            return Encoding.Latin1.GetString(buffer, 0, read);
        }
        catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
        {
            return "";
        }
    }

    /// <summary>Responds in clear text and returns what it was sent.</summary>
    private static async Task<string> SeeAsync(TcpListener listener, string response)
    {
        using var socket = await listener.AcceptTcpClientAsync();
        var seen = new MemoryStream();
        var buffer = new byte[16 * 1024];
        seen.Write(buffer, 0, await socket.GetStream().ReadAsync(buffer));
        await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(response));
        try
        {
            await socket.GetStream().CopyToAsync(seen);
        }
        catch (IOException)
        {
            // The gateway hung up; what it had sent before is what counts.
        }

        return Encoding.Latin1.GetString(seen.ToArray());
    }
}
