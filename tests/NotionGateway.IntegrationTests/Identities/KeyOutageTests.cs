using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.IntegrationTests.Identities;

/// <summary>Keys that cannot be read, and keys that change, in the whole program.</summary>
public sealed class KeyOutageTests
{
    [Fact]
    public async Task Case_33_an_issuer_that_is_down_at_the_start_holds_up_its_own_tokens_alone()
    {
        var folder = Directory.CreateTempSubdirectory("notion-gateway-test-");
        var file = Path.Combine(folder.FullName, "keys.json");
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup
            .OnFakeTime().DoNotWaitUntilReady()
            .Caller(The.Caller, The.Key)
            .IssuerSettings("late", ("Issuers:0", TestIssuer.Value), ("KeysFile", file))
            .Identity("pod", "late", ("Subject", TestIssuer.Subject)));
        var tokens = new TestIssuer(gateway.Clock);
        gateway.Canaries.Guard(tokens.Token("ES256", "p256"), "a token");

        // Not ready at first, and ready after ten seconds without the keys.
        Assert.Contains("keys of an issuer", await ReadyAsync(gateway));
        Assert.Equal(200, (int)(await gateway.Client().GetAsync("/v1/users/me")).StatusCode);
        var denied = await gateway.Client(tokens.Token("ES256", "p256")).GetAsync("/v1/users/me");
        Assert.Equal((503, "issuer_unavailable", "5"), (
            (int)denied.StatusCode, denied.Headers.GetValues("Notion-Gateway-Reason").Single(), denied.Headers.GetValues("Retry-After").Single()));
        await gateway.AdvanceUntilAsync(async () => await ReadyAsync(gateway) == "ok\n", "the gateway to be ready", TimeSpan.FromSeconds(1));
        Assert.InRange(gateway.Clock.Elapsed, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(30));
        Assert.Single(gateway.Logs.Named("IssuerKeysNotRead"));

        // The file comes, and later another one.
        await File.WriteAllTextAsync(file, tokens.Document);
        await gateway.AdvanceUntilAsync(
            async () => (await gateway.Client(tokens.Token("ES256", "p256")).GetAsync("/v1/users/me")).IsSuccessStatusCode, "the token to be accepted",
            TimeSpan.FromSeconds(1));
        tokens.Keys[1] = new TestKey("p256", TestIssuer.OtherP256);
        await File.WriteAllTextAsync(file, tokens.Document);
        await gateway.AdvanceUntilAsync(
            async () => (int)(await gateway.Client(tokens.Token("ES256", "p256")).GetAsync("/v1/users/me")).StatusCode == 401, "the old key to be forgotten",
            TimeSpan.FromSeconds(1));
        Assert.Equal(
            200, (int)(await gateway.Client(tokens.Token("ES256", "p256", TestIssuer.OtherP256)).GetAsync("/v1/users/me")).StatusCode);
        folder.Delete(recursive: true);
    }

    private static async Task<string> ReadyAsync(TestGateway gateway) =>
        await (await gateway.ManagementClient().GetAsync("/readyz")).Content.ReadAsStringAsync();
}
