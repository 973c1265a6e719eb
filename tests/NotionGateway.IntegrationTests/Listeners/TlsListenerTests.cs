using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NotionGateway.Cli;
using NotionGateway.IntegrationTests.Upstream;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Listeners;

/// <summary>A data listener with a certificate of its own, as the configuration gives it: for HTTP/1.1 and HTTP/2 alike.</summary>
public sealed class TlsListenerTests : IDisposable
{
    private readonly PrivateAuthority _authority = new();

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Reads_and_writes_are_answered(string version)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        using var client = Client(gateway, Version.Parse(version));

        using var read = await client.GetAsync("/v1/users");
        using var written = await client.PostAsync("/v1/pages", new StringContent("""{"a":1}""", Encoding.UTF8, "application/json"));
        using var refused = await client.GetAsync("/livez");

        Assert.Equal((HttpStatusCode.OK, Version.Parse(version)), (read.StatusCode, read.Version));
        Assert.Equal(HttpStatusCode.OK, written.StatusCode);
        Assert.Equal("""{"a":1}""", upstream.Requests[1].BodyText);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(2, upstream.Requests.Count);
    }

    [Fact]
    public async Task Who_may_choose_gets_HTTP_2()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        using var client = Client(gateway, HttpVersion.Version20);
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower;

        using var response = await client.GetAsync("/v1/users");

        Assert.Equal(HttpVersion.Version20, response.Version);
    }

    [Fact]
    public async Task A_certificate_that_is_replaced_is_presented_at_the_next_handshake_with_its_chain_and_a_broken_one_is_not()
    {
        var (certificate, key) = _authority.IssueFiles("127.0.0.1");
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, certificate, key, setup => setup.OnFakeTime());
        var first = await PresentedAsync(gateway);
        Assert.Equal(first.NotAfter, NotAfter(gateway));

        var (renewed, renewedKey) = _authority.IssueFiles("127.0.0.1", days: 25);
        File.Copy(renewed, certificate, overwrite: true);
        gateway.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(first.Serial, (await PresentedAsync(gateway)).Serial);
        Assert.Single(gateway.Logs.Named("CertificateNotReloaded"));

        File.Copy(renewedKey, key, overwrite: true);
        gateway.Clock.Advance(TimeSpan.FromSeconds(2));
        var second = await PresentedAsync(gateway);
        Assert.NotEqual(first.Serial, second.Serial);
        Assert.True(second.NotAfter > first.NotAfter);
        Assert.Equal(second.NotAfter, NotAfter(gateway));
        Assert.Single(gateway.Logs.Named("CertificateReloaded"));
        Assert.Single(gateway.Logs.Named("CertificateNotReloaded"));
    }

    [Fact]
    public async Task In_the_clear_nothing_is_served_there()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        using var caller = gateway.RawCaller();

        var response = await caller.ExchangeAsync($"GET /v1/users HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nConnection: close\r\n\r\n");

        Assert.Equal(0, response.Status);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task The_management_listener_may_have_one_as_well_and_stays_apart()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await ManagedOverTlsAsync(upstream, "127.0.0.1");
        using var client = Client(gateway, HttpVersion.Version11, gateway.Management);

        await gateway.UntilAsync(async () => (await client.GetAsync("/readyz")).IsSuccessStatusCode, "the gateway to be ready");

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/v1/users")).StatusCode);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task The_health_check_of_this_machine_does_not_mind_whose_name_its_certificate_has()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await ManagedOverTlsAsync(upstream, "gateway.example.com");
        using var output = new StringWriter();
        var environment = new FakeEnvironment { ["Kestrel__Endpoints__Management__Url"] = gateway.Management.GetLeftPart(UriPartial.Authority) };

        Assert.Equal(ExitCode.Done, await GatewayCommands.InvokeAsync(["healthcheck", "--live"], environment, output, output));
        Assert.Equal("alive", output.ToString().Trim());
    }

    public void Dispose() => _authority.Dispose();

    private Task<TestGateway> ManagedOverTlsAsync(RecordingUpstream upstream, string name)
    {
        var (certificate, key) = _authority.IssueFiles(name);
        return TestGateway.StartAsync(upstream.Address, setup => setup
            .DoNotWaitUntilReady()
            .Setting("Kestrel:Endpoints:Management:Url", "https://127.0.0.1:0")
            .Setting("Kestrel:Endpoints:Management:Certificate:Path", certificate)
            .Setting("Kestrel:Endpoints:Management:Certificate:KeyPath", key));
    }

    private Task<TestGateway> StartAsync(RecordingUpstream upstream)
    {
        var (certificate, key) = _authority.IssueFiles("127.0.0.1");
        return StartAsync(upstream, certificate, key, setup => setup);
    }

    private static Task<TestGateway> StartAsync(RecordingUpstream upstream, string certificate, string key, Func<GatewaySetup, GatewaySetup> configure) =>
        TestGateway.StartAsync(upstream.Address, setup => configure(setup)
            .Setting("Kestrel:Endpoints:Data:Url", "https://127.0.0.1:0")
            .Setting("Kestrel:Endpoints:Data:Certificate:Path", certificate)
            .Setting("Kestrel:Endpoints:Data:Certificate:KeyPath", key));

    private async Task<(string Serial, long NotAfter)> PresentedAsync(TestGateway gateway)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Data.Port);
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", CertificateChainPolicy = _authority.Policy });
        var certificate = (X509Certificate2)tls.RemoteCertificate!;
        return (certificate.SerialNumber, new DateTimeOffset(certificate.NotAfter).ToUnixTimeSeconds());
    }

    private static double NotAfter(TestGateway gateway) =>
        gateway.Metrics.Gauges().Single(gauge => gauge.Instrument == "notion_gateway.certificate.not_after" && gauge.Labels["listener"] == "Data").Value;

    private HttpClient Client(TestGateway gateway, Version version, Uri? address = null) =>
        new(new SocketsHttpHandler { UseProxy = false, SslOptions = { CertificateChainPolicy = _authority.Policy } })
        {
            BaseAddress = address ?? gateway.Data,
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            DefaultRequestHeaders = { { "Authorization", $"Bearer {The.Key}" } },
        };
}
