using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Credentials.Sources;
using NotionGateway.IntegrationTests.Upstream;
using NotionGateway.TestKit;
using WireMock;
using WireMock.Server;
using WireMock.Settings;
using WireMock.Types;
using WireMock.Util;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>The vault's response to a read.</summary>
internal sealed record VaultResponse(int Status, string Body, params (string Name, string Value)[] Headers)
{
    public Task Held { get; init; } = Task.CompletedTask;

    public static VaultResponse Secret(string token) =>
        new(200, $$$"""{"value":"{{{token}}}","id":"https://localhost/secrets/notion/0123","attributes":{"enabled":true,"created":1790000000} }""");

    public static VaultResponse Error(int status, string code, string message, params (string Name, string Value)[] headers) =>
        new(status, $$$"""{"error":{"code":"{{{code}}}","message":"{{{message}}}" } }""", headers);
}

/// <summary>
/// A pretend Key Vault behind TLS, read by the real client: it asks for a sign-in as the real one does, and its wire
/// can be cut.
/// </summary>
internal sealed class PretendVault : IDisposable
{
    public const string Tenant = "11111111-2222-4333-8444-555555555555";

    private readonly PrivateAuthority _authority = new();
    private readonly ConcurrentDictionary<string, VaultResponse> _responses = new(StringComparer.Ordinal);
    private readonly WireMockServer _server;
    private readonly ConcurrentQueue<long> _readAt = new();

    public PretendVault()
    {
        _server = WireMockServer.Start(new WireMockServerSettings
        {
            UseSSL = true,
            CertificateSettings = new WireMockCertificateSettings
            {
                X509CertificateFilePath = _authority.IssuePfx("localhost", "x"),
                X509CertificatePassword = "x",
            },
        });
        Address = new Uri($"https://localhost:{_server.Port}/");
        _server.Given(WireMock.RequestBuilders.Request.Create().WithPath("/secrets/*").UsingGet())
            .RespondWith(WireMock.ResponseBuilders.Response.Create().WithCallback(RespondAsync));
        Transport = new HttpClientTransport(new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = ConnectAsync,
            SslOptions = { CertificateChainPolicy = _authority.Policy },
        }));
    }

    public Uri Address { get; }

    public WireMockServer Server => _server;

    public HttpClientTransport Transport { get; }

    /// <summary>The response to reads of secrets that have no response of their own.</summary>
    public VaultResponse Answer { get; set; } = VaultResponse.Secret(The.NotionToken);

    /// <summary>Responses that are given first, once each.</summary>
    public ConcurrentQueue<VaultResponse> First { get; } = new();

    /// <summary>How long its client waits for one response: the gateway's own value, unless the test sets a shorter one.</summary>
    public TimeSpan NetworkTimeout { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>Whether connections to it are refused.</summary>
    public bool Down { get; set; }

    /// <summary>How many signed-in requests for the secret there were.</summary>
    public int Readings => _readAt.Count;

    /// <summary>When they came, as timestamps of the system.</summary>
    public IReadOnlyList<long> ReadAt => [.. _readAt];

    public VaultResponse this[string secret]
    {
        set => _responses[secret] = value;
    }

    /// <summary>A credential of this vault, with a caller that has none but that, and the real client to read it with.</summary>
    public void Use(GatewaySetup setup, string name = "vaulted", TokenCredential? identity = null, params (string Key, string Value)[] settings)
    {
        setup
            .CredentialFrom(name, [("Source", "KeyVault"), ("VaultUri", Address.ToString()), ("SecretName", name), ("VerifyToken", "false"), .. settings])
            .Caller(name, KeyOf(name), credential: name)
            .Adjust(services => services.AddSingleton<Func<Uri, SecretClient>>(vault => Connect(vault, identity ?? new SignedIn())));
        setup.Canaries.Guard(The.NotionToken, "the token in the vault");
        setup.Canaries.Guard(The.OtherToken, "the next token in the vault");
        setup.Canaries.Guard(SignedIn.AccessToken, "the vault's access token");
    }

    /// <summary>The key of the caller that uses the credential of this name.</summary>
    public static string KeyOf(string name) => $"ngw_AKeyForTheCallerNamed{name}0123456789abcdefg";

    public void Dispose()
    {
        _server.Dispose();
        _authority.Dispose();
    }

    /// <summary>A client with the gateway's own settings that connects to this vault.</summary>
    private SecretClient Connect(Uri vault, TokenCredential identity)
    {
        var options = VaultClientOptions.Create(TimeProvider.System);
        options.Transport = Transport;
        options.DisableChallengeResourceVerification = true;
        options.Retry.NetworkTimeout = NetworkTimeout;
        return new SecretClient(vault, identity, options);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (Down)
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private async Task<IResponseMessage> RespondAsync(IRequestMessage request)
    {
        if (request.Headers?.ContainsKey("Authorization") != true)
        {
            return Message(
                new VaultResponse(
                    401, "{}",
                    ("WWW-Authenticate", $"Bearer authorization=\"https://localhost:{_server.Port}/{Tenant}\", resource=\"https://vault.azure.net\"")));
        }

        _readAt.Enqueue(TimeProvider.System.GetTimestamp());
        var response = First.TryDequeue(out var first) ? first : _responses.GetValueOrDefault(request.Path.Split('/')[2], Answer);
        await response.Held;
        return Message(response);
    }

    private static ResponseMessage Message(VaultResponse response) => new()
    {
        StatusCode = response.Status,
        Headers = response.Headers.Append(("Content-Type", "application/json"))
            .ToDictionary(header => header.Item1, header => new WireMockList<string>(header.Item2), StringComparer.Ordinal),
        BodyData = new BodyData { DetectedBodyType = BodyType.String, BodyAsString = response.Body },
    };

    /// <summary>An identity that is signed in already.</summary>
    private sealed class SignedIn : TokenCredential
    {
        public const string AccessToken = "eyJTheVaultsAccessTokenThatMustNotBeSeen";

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(AccessToken, TimeProvider.System.GetUtcNow().AddHours(1));

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
