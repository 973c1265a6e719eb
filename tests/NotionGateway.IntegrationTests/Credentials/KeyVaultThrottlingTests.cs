using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>A vault that throttles for long (F23): it is left alone for as long as it asks, and the log says why.</summary>
public sealed class KeyVaultThrottlingTests : IDisposable
{
    private readonly PretendVault _vault = new();

    [Fact]
    public async Task A_vault_that_asks_for_a_minute_is_not_asked_again_after_some_seconds()
    {
        _vault.Answer = VaultResponse.Error(429, "Throttled", "slowly", ("Retry-After", "60"));
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => _vault.Use(setup.OnFakeTime().DoNotWaitUntilReady()));

        await gateway.UntilAsync(() => gateway.Logs.Named("CredentialSourceFailed").Any(), "the reading to fail");
        Assert.Contains("429", gateway.Logs.Named("CredentialSourceFailed").First().Text, StringComparison.Ordinal);

        await gateway.AdvanceUntilAsync(() => _vault.Readings > 1, "the vault to be asked again", TimeSpan.FromSeconds(1));
        Assert.True(gateway.Clock.Elapsed >= TimeSpan.FromMinutes(1), $"The vault was asked again after {gateway.Clock.Elapsed}.");
    }

    public void Dispose() => _vault.Dispose();
}
