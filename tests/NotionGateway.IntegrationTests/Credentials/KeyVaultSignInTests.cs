using System.Net;
using Azure.Core;
using Azure.Identity;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>The whole path to the secret with real kinds of identity: sign in at the issuer, then read.</summary>
public sealed class KeyVaultSignInTests : IDisposable
{
    private const string ClientId = "99999999-8888-4777-8666-555555555555";
    private const string ClientSecret = "Tx8Q~TheClientSecretThatMustNeverBeSeenAnywhere";
    private const string FederatedToken = "eyJhbGciOiJSUzI1NiJ9.TheClustersOwnTokenThatMustNotBeSeen.c2ln";
    private const string AccessToken = "eyJ0eXAiOiJKV1QifQ.TheAccessTokenOfTheIssuer.c2ln";
    private static readonly string Key = PretendVault.KeyOf("vaulted");

    private readonly PretendVault _vault = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("federated");

    public static TheoryData<string, string> Identities => new() { { "secret", "client_secret=" }, { "workload", "client_assertion=" } };

    [Theory]
    [MemberData(nameof(Identities))]
    public async Task An_identity_signs_in_and_reads_the_secret(string kind, string proof)
    {
        IssuerSays(200, $$"""{"token_type":"Bearer","expires_in":3600,"access_token":"{{AccessToken}}"}""");
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, Identity(kind));

        using var response = await gateway.Client(Key).GetAsync("/v1/users/me");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([$"Bearer {The.NotionToken}"], upstream.Only.Values("Authorization"));
        var signIn = Assert.Single(_vault.Server.LogEntries, entry => entry.RequestMessage!.Method == "POST");
        Assert.Contains(proof, signIn.RequestMessage!.Body, StringComparison.Ordinal);
        Assert.Contains(
            _vault.Server.LogEntries,
            entry => entry.RequestMessage!.Headers!.TryGetValue("Authorization", out var value) && value.Contains($"Bearer {AccessToken}"));
    }

    [Theory]
    [InlineData("secret", "invalid_client")]
    [InlineData("secret", "invalid_request")]
    [InlineData("secret", "interaction_required")]
    [InlineData("workload", "invalid_client")]
    [InlineData("workload", "unauthorized_client")]
    public async Task A_sign_in_that_is_refused_is_logged_without_the_issuers_words(string kind, string error)
    {
        var repeated = kind == "secret" ? ClientSecret : FederatedToken;
        IssuerSays(
            401,
            $$"""{"error":"{{error}}","error_description":"AADSTS7000215: Invalid client secret provided. You """ +
            $$"""sent {{repeated}}.\r\nTrace ID: 0","error_codes":[7000215]}""");
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, Identity(kind));

        await gateway.UntilAsync(
            () => gateway.Logs.Named("CredentialSourceFailed").Any() || gateway.Logs.Named("CredentialRefreshBroke").Any(), "the failure to be logged");
        using var refused = await gateway.Client(Key).GetAsync("/v1/users/me");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(["credential_unavailable"], refused.Headers.GetValues("Notion-Gateway-Reason"));
        var line = Assert.Single(gateway.Logs.Named("CredentialSourceFailed"));
        Assert.Contains("signing in", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(repeated, line.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, _vault.Readings);
    }

    [Theory]
    [InlineData("<html>down for maintenance</html>", 503)]
    [InlineData("<html>not an issuer at all</html>", 200)]
    public async Task An_issuer_that_is_broken_is_a_problem_of_the_source_and_it_recovers(string body, int status)
    {
        IssuerSays(status, body);
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, Identity("secret"));
        await gateway.UntilAsync(() => gateway.Logs.Named("CredentialSourceFailed").Any(), "the failure to be logged");
        Assert.Empty(gateway.Logs.Named("CredentialRefreshBroke"));

        IssuerSays(200, $$"""{"token_type":"Bearer","expires_in":3600,"access_token":"{{AccessToken}}"}""");
        await gateway.AdvanceUntilAsync(async () => (await gateway.Client(Key).GetAsync("/v1/users/me")).IsSuccessStatusCode, "the credential to recover");
    }

    [Fact]
    public async Task A_workload_identity_without_its_token_file_is_a_problem_of_the_source()
    {
        await using var upstream = new RecordingUpstream();
        var identity = Identity("workload");
        File.Delete(Path.Combine(_folder.FullName, "token"));
        await using var gateway = await StartAsync(upstream, identity);

        await gateway.UntilAsync(() => gateway.Logs.Named("CredentialSourceFailed").Any(), "the failure to be logged");

        Assert.Empty(gateway.Logs.Named("CredentialRefreshBroke"));
    }

    public void Dispose()
    {
        _vault.Dispose();
        _folder.Delete(recursive: true);
    }

    private void IssuerSays(int status, string body) => _vault.Server
        .Given(WireMock.RequestBuilders.Request.Create().WithPath($"/{PretendVault.Tenant}/oauth2/v2.0/token").UsingPost())
        .RespondWith(WireMock.ResponseBuilders.Response.Create().WithStatusCode(status).WithHeader("Content-Type", "application/json").WithBody(body));

    private TokenCredential Identity(string kind)
    {
        var host = _vault.Address;
        if (kind == "secret")
        {
            return new ClientSecretCredential(PretendVault.Tenant, ClientId, ClientSecret, new ClientSecretCredentialOptions
            {
                AuthorityHost = host,
                DisableInstanceDiscovery = true,
                Transport = _vault.Transport,
                Retry = { MaxRetries = 0 },
            });
        }

        var file = Path.Combine(_folder.FullName, "token");
        File.WriteAllText(file, FederatedToken);
        return new WorkloadIdentityCredential(new WorkloadIdentityCredentialOptions
        {
            TenantId = PretendVault.Tenant,
            ClientId = ClientId,
            TokenFilePath = file,
            AuthorityHost = host,
            DisableInstanceDiscovery = true,
            Transport = _vault.Transport,
            Retry = { MaxRetries = 0 },
        });
    }

    private Task<TestGateway> StartAsync(RecordingUpstream upstream, TokenCredential identity) => TestGateway.StartAsync(upstream.Address, setup =>
    {
        _vault.Use(setup.OnFakeTime().DoNotWaitUntilReady(), identity: identity);
        setup.Canaries.Guard(ClientSecret, "the client secret");
        setup.Canaries.Guard(FederatedToken, "the federated token");
        setup.Canaries.Guard(AccessToken, "the access token");
    });
}
