using System.Security.Cryptography.X509Certificates;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Identities;

/// <summary>Callers that present certificates, through the whole program. The numbers are those of the list of cases.</summary>
public sealed class ClientCertificateTests(CertificateScene scene) : IClassFixture<CertificateScene>
{
    private const string Path = "/v1/users/me";
    private const string Crm = "URI:spiffe://corp.example/ns/crm/sa/sync";

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Case_39_a_caller_with_a_certificate_needs_no_key(string version)
    {
        using var client = scene.Client(await scene.Authority.IssueAsync(Crm), version: version);
        Assert.Equal("200", await AskAsync(client));
        Assert.Equal("200", await AskAsync(client, "Bearer"));
        Assert.Equal("invalid_key", await AskAsync(client, "Bearer ngw_0000000000000000000000000000000000000000000"));
        Assert.All(scene.Upstream.Requests, request => Assert.Equal([$"Bearer {The.NotionToken}"], request.Values("Authorization")));
        await scene.Gateway.UntilAsync(
            () => scene.Gateway.Metrics.Sum("notion_gateway.identities", ("kind", "certificate"), ("outcome", "known")) >= 2, "it to be counted");
    }

    [Fact]
    public async Task Case_38_a_key_or_token_beside_it_must_be_the_same_callers()
    {
        using var client = scene.Client(await scene.Authority.IssueAsync(Crm));
        Assert.Equal("200", await AskAsync(client, $"Bearer {The.Key}"));
        Assert.Equal("invalid_key", await AskAsync(client, $"Bearer {The.OtherKey}"));
        Assert.Equal("200", await AskAsync(client, $"Bearer {scene.Issuer.Token(claims: [("sub", "crm")])}"));
        Assert.Equal("invalid_key", await AskAsync(client, $"Bearer {scene.Issuer.Token(claims: [("sub", "web")])}"));
        await scene.Gateway.CountedAsync(2, "notion_gateway.denials", ("reason", "identity_conflict"));
        Assert.Contains(
            scene.Gateway.Logs.Named("Denial"), line => $"{line.Values["Problem"]}".Contains("it is that of 'crm', the key or token that of 'web'"));
    }

    [Fact]
    public async Task One_that_names_nobody_is_mere_transport_and_without_one_a_key_works_as_before()
    {
        using var nobody = scene.Client(await scene.Authority.IssueAsync("DNS:nobody.internal"));
        Assert.Equal("missing_key", await AskAsync(nobody));
        Assert.Equal("200", await AskAsync(nobody, $"Bearer {The.OtherKey}"));
        using var plain = scene.Client(null);
        Assert.Equal("missing_key", await AskAsync(plain));
        Assert.Equal("200", await AskAsync(plain, $"Bearer {The.OtherKey}"));
    }

    [Theory]
    [InlineData("expired", "expired")]
    [InlineData("a server's", "clientAuth")]
    [InlineData("42 without any purpose", "clientAuth")]
    [InlineData("self-signed", "no trusted authority")]
    [InlineData("another authority's", "no trusted authority")]
    [InlineData("without the intermediate", "no trusted authority")]
    [InlineData("an authority's own", "an authority's own")]
    public async Task Case_40_a_certificate_that_proves_nothing_ends_the_handshake(string what, string problem)
    {
        using var other = await OpenSslAuthority.CreateAsync();
        using var between = await scene.Authority.CreateIntermediateAsync();
        const string Server = $"subjectAltName={Crm}\nextendedKeyUsage=serverAuth";
        var certificate = what switch
        {
            "a server's" => await scene.Authority.IssueWithAsync(Server),
            "42 without any purpose" => await scene.Authority.IssueWithAsync($"subjectAltName={Crm}"),
            "self-signed" => await other.SelfSignedAsync(Crm),
            "another authority's" => await other.IssueAsync(Crm),
            "without the intermediate" => await between.IssueAsync(Crm),
            "an authority's own" => await scene.Authority.IssueWithAsync($"basicConstraints=CA:TRUE\nsubjectAltName={Crm}\nextendedKeyUsage=clientAuth"),
            _ => await scene.Authority.IssueAsync(Crm),
        };
        await using var late = what == "expired" ? await scene.StartAsync(new TestClock(), days: 40) : null;
        var gateway = late ?? scene.Gateway;
        using var client = scene.Client(certificate, gateway: gateway);

        // The log has ten such lines a second, and those of the other tests count too.
        await gateway.UntilAsync(
            async () =>
            {
                await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(client, $"Bearer {The.Key}"));
                return gateway.Logs.Named("ClientCertificateRefused").Any(line => line.Text.Contains(problem));
            },
            "the line that says why");
    }

    [Fact]
    public async Task Case_40_an_intermediate_that_is_sent_along_is_used()
    {
        using var between = await scene.Authority.CreateIntermediateAsync();
        using var intermediate = X509CertificateLoader.LoadCertificateFromFile(between.PemFile);
        using var client = scene.Client(await between.IssueAsync(Crm), intermediate);
        Assert.Equal("200", await AskAsync(client));
    }

    [Theory]
    [InlineData("CN only", "extendedKeyUsage=clientAuth")]
    [InlineData("two SPIFFE names", $"subjectAltName={Crm},URI:spiffe://corp.example/other\nextendedKeyUsage=clientAuth")]
    [InlineData("NUL in a name", "subjectAltName=DER:300E820C63726D2E00696E7465726E61\nextendedKeyUsage=clientAuth")]
    public async Task Case_40_a_certificate_whose_names_prove_nobody_is_mere_transport(string what, string extensions)
    {
        using var client = scene.Client(await scene.Authority.IssueWithAsync(extensions, "/CN=crm.internal"));
        Assert.Equal((what, "missing_key"), (what, await AskAsync(client)));
    }

    [Fact]
    public async Task Case_41_authorities_that_are_replaced_hold_for_open_connections_too()
    {
        using var other = await OpenSslAuthority.CreateAsync();
        var bundle = scene.Bundle();
        var clock = new TestClock();
        await using var gateway = await scene.StartAsync(clock, bundle: bundle);
        var certificate = await scene.Authority.IssueAsync(Crm);
        using var open = scene.Client(certificate, gateway: gateway);
        using var renewed = scene.Client(await other.IssueAsync(Crm), gateway: gateway);
        Assert.Equal("200", await AskAsync(open));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(renewed));

        // Halfway both hold, as when an authority is replaced in order.
        await File.WriteAllTextAsync(bundle, scene.Authority.Pem + other.Pem);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("200", await AskAsync(open));
        Assert.Equal("200", await AskAsync(renewed));

        await File.WriteAllTextAsync(bundle, other.Pem);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("invalid_key", await AskAsync(open));
        await gateway.CountedAsync(1, "notion_gateway.denials", ("reason", "identity_unknown"));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(open));
        Assert.Equal("200", await AskAsync(renewed));

        await File.WriteAllTextAsync(bundle, "not a certificate");
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("200", await AskAsync(renewed));
        Assert.Equal("200", await AskAsync(scene.Client(await other.IssueAsync(Crm), gateway: gateway)));
        Assert.Single(gateway.Logs.Named("ClientAuthoritiesNotReloaded"));
    }

    [Theory]
    [InlineData("-tls1_2 -reconnect")]
    [InlineData("-tls1_3 -reconnect")]
    public async Task Case_42_no_session_is_resumed_where_certificates_are_asked_for(string options)
    {
        var (certificate, key) = await scene.Authority.IssueFilesAsync($"subjectAltName={Crm}\nextendedKeyUsage=clientAuth");
        var output = await scene.Authority.RunAsync(
            $"s_client -connect 127.0.0.1:{scene.Gateway.Data.Port} -cert {certificate} -key {key} {options}", "Q\n", mayFail: true);
        Assert.Contains("New, TLSv1", output);
        Assert.DoesNotContain("Reused", output);
    }

    [Fact]
    public async Task Case_46_a_token_in_the_names_of_a_certificate_is_seen_nowhere()
    {
        var token = scene.Issuer.Token("ES256", "p256", claims: [("sub", "crm"), ("jti", "in a name")]);
        foreach (var part in token.Split('.').Skip(1).Append(token))
        {
            scene.Gateway.Canaries.Guard(part, "a token in a certificate, or a part of it");
        }

        var names = $"subjectAltName=URI:https://corp.example/{token},DNS:{token}.internal\nextendedKeyUsage=";
        using (var accepted = scene.Client(await scene.Authority.IssueWithAsync(names + "clientAuth")))
        {
            Assert.Equal("missing_key", await AskAsync(accepted));
            Assert.Equal("200", await AskAsync(accepted, $"Bearer {The.Key}"));
            Assert.Equal("invalid_key", await AskAsync(accepted, $"Bearer {token}x"));
        }

        using var refused = scene.Client(await scene.Authority.IssueWithAsync(names + "serverAuth"));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(refused));
        Assert.All(scene.Upstream.Requests, sent => Assert.DoesNotContain(token, sent.Head));
    }

    private static async Task<string> AskAsync(HttpClient client, string? authorization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Path)
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var response = await client.SendAsync(request);
        return response.Headers.TryGetValues("Notion-Gateway-Reason", out var reasons) ? reasons.Single() : $"{(int)response.StatusCode}";
    }
}
