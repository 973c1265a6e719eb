using NotionGateway.IntegrationTests.Reloading;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.IntegrationTests.Identities;

/// <summary>What a token was accepted for ends with the settings that bound it, however often it was accepted before.</summary>
public sealed class ReloadedIdentityTests : IDisposable
{
    private const string Pod = "Gateway:Access:Callers:pod";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notion-gateway-test-");
    private readonly SettingsFile _file = new();

    [Fact]
    public async Task Case_45_a_known_token_of_a_caller_that_is_disabled_or_no_longer_bound_is_refused()
    {
        var clock = new TestClock();
        var (issuer, keys) = (new TestIssuer(clock), Path.Combine(_folder.FullName, "keys.json"));
        await File.WriteAllTextAsync(keys, issuer.Document);
        _file.Setting("Gateway:Access:Issuers:corp:Issuers:0", TestIssuer.Value)
            .Setting("Gateway:Access:Issuers:corp:Audiences:0", TestIssuer.Audience)
            .Setting("Gateway:Access:Issuers:corp:KeysFile", keys)
            .Setting($"{Pod}:Permissions:0", "all")
            .Setting($"{Pod}:Identities:it:Issuer", "corp")
            .Setting($"{Pod}:Identities:it:Subject", TestIssuer.Subject);
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream, setup => setup.OnFakeTime(clock));
        var token = issuer.Token("ES256", "p256");
        gateway.Canaries.Guard(token, "a caller's token");
        using var client = gateway.Client(token);
        Assert.Equal(200, await StatusAsync(client));
        Assert.Equal(200, await StatusAsync(client));

        _file.Setting($"{Pod}:Disabled", "true").Replace();
        await SoonAsync(401, "caller_disabled");
        _file.Setting($"{Pod}:Disabled", null).Replace();
        await SoonAsync(200);
        _file.Setting($"{Pod}:Identities:it:Subject", "somebody-else").Replace();
        await SoonAsync(401, "identity_unknown");
        _file.Setting($"{Pod}:Identities:it:Subject", TestIssuer.Subject).Replace();
        await SoonAsync(200);

        // Another audience of the issuer: what the token proved before was proved by other rules.
        _file.Setting("Gateway:Access:Issuers:corp:Audiences:0", "another-service").Replace();
        await SoonAsync(401, "token_audience");
        _file.Setting("Gateway:Access:Issuers", null).Setting($"{Pod}:Identities", null).Setting($"{Pod}:KeyHashes:0", KeyDigest.Of(The.OtherKey).ToString())
            .Replace();
        await SoonAsync(401, "invalid_key");
        Assert.Equal(200, await StatusAsync(gateway.Client()));

        async Task<int> StatusAsync(HttpClient caller) =>
            (int)(await gateway.Clock.RunAsync(caller.GetAsync("/v1/users/me"), TimeSpan.FromMilliseconds(1))).StatusCode;

        async Task SoonAsync(int status, string? reason = null)
        {
            await gateway.SoonAsync(async () => await StatusAsync(client) == status, $"the answer {status}");
            if (reason is not null)
            {
                await gateway.UntilAsync(() => gateway.Metrics.Sum("notion_gateway.denials", ("reason", reason)) >= 1, reason);
            }
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _folder.Delete(recursive: true);
    }
}
