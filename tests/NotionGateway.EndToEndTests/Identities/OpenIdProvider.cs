using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace NotionGateway.EndToEndTests.Identities;

/// <summary>A real OpenID provider (OpenIddict) with TLS, which gives every client a token for the gateway, and whose keys can be rotated.</summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    public const string Audience = "notion-gateway";

    private readonly WebApplication _app;
    private readonly HttpClient _client;
    private readonly X509Certificate2 _certificate;
    private volatile RsaSecurityKey[] _keys = [Key(1)];

    private OpenIdProvider()
    {
        _certificate = Certificate();
        _client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == _certificate.Thumbprint },
        });
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificate)));
        builder.Services.AddLogging().AddRouting();
        builder.Services.AddAuthentication();
        builder.Services.AddOpenIddict().AddServer(options =>
        {
            options.SetTokenEndpointUris("connect/token").AllowClientCredentialsFlow().EnableDegradedMode().DisableAccessTokenEncryption()
                .AddEphemeralEncryptionKey();
            options.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(_ => default));
            options.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(SignIn));
            options.UseAspNetCore();
        });
        builder.Services.Configure<OpenIddictServerOptions>(options =>
            options.SigningCredentials.AddRange(_keys.Select(key => new SigningCredentials(key, SecurityAlgorithms.RsaSha256))));
        _app = builder.Build();
        _app.UseAuthentication();
    }

    /// <summary>The value of <c>iss</c>.</summary>
    public string Issuer => $"https://localhost:{new Uri(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>()
        .Addresses.Single()).Port}/";

    public string CertificatePem => _certificate.ExportCertificatePem();

    public static async Task<OpenIdProvider> StartAsync()
    {
        var provider = new OpenIdProvider();
        await provider._app.StartAsync();
        return provider;
    }

    /// <summary>From now on it signs with another key; the ones before stay published.</summary>
    public void Rotate()
    {
        _keys = [Key(_keys.Length + 1), .. _keys];
        _app.Services.GetRequiredService<IOptionsMonitorCache<OpenIddictServerOptions>>().TryRemove(Options.DefaultName);
    }

    /// <summary>A new token for a client.</summary>
    public async Task<string> TokenAsync(string client)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client,
            ["client_secret"] = "anything",
        });
        using var response = await _client.PostAsync($"{Issuer}connect/token", form);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!["access_token"]!.GetValue<string>();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
        _certificate.Dispose();
    }

    private static ValueTask SignIn(HandleTokenRequestContext context)
    {
        var identity = new ClaimsIdentity("client credentials").SetClaim(Claims.Subject, context.Request.ClientId);
        context.SignIn(new ClaimsPrincipal(identity).SetResources(Audience));
        return default;
    }

    private static RsaSecurityKey Key(int number) => new(RSA.Create(2048)) { KeyId = $"{number}" };

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
