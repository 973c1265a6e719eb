using System.Net;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>A vault that takes its time, or asks for time: requests wait a bounded time, and the vault is not called more often.</summary>
public sealed class KeyVaultTimeoutTests : IDisposable
{
    private static readonly string Key = PretendVault.KeyOf("vaulted");

    private readonly TaskCompletionSource _hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PretendVault _vault = new();

    [Fact]
    public async Task A_request_that_comes_while_the_first_reading_runs_waits_for_it()
    {
        _vault.Answer = VaultResponse.Secret(The.NotionToken) with { Held = _hold.Task };
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => _vault.Use(setup.OnFakeTime().DoNotWaitUntilReady()));

        var response = gateway.Client(Key).GetAsync("/v1/users/me");
        await gateway.UntilAsync(() => _vault.Readings == 1, "the vault to be asked");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.ManagementClient().GetAsync("/readyz")).StatusCode);
        Assert.False(response.IsCompleted);
        _hold.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await response).StatusCode);
    }

    [Fact]
    public async Task A_vault_that_never_answers_holds_its_own_credential_for_a_bounded_time_and_no_other()
    {
        _vault.Answer = VaultResponse.Secret(The.NotionToken) with { Held = _hold.Task };
        _vault.NetworkTimeout = TimeSpan.FromSeconds(1);
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup =>
        {
            setup.Brisk(3).DoNotWaitUntilReady().Credential("default", The.OtherToken).Caller(The.Caller, The.Key, credential: "default");
            _vault.Use(setup);
        });

        var held = gateway.Client(Key).GetAsync("/v1/users/me");
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client().GetAsync("/v1/users/me")).StatusCode);

        using var refused = await held;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(["credential_unavailable"], refused.Headers.GetValues("Notion-Gateway-Reason"));

        await gateway.UntilAsync(
            () => gateway.Logs.Lines.Any(line => line.Event.Name is "CredentialSourceFailed" or "CredentialRefreshBroke"), "the reading to be given up");
        Assert.Empty(gateway.Logs.Named("CredentialRefreshBroke"));
        await gateway.UntilAsync(
            async () => (await gateway.ManagementClient().GetAsync("/readyz")).IsSuccessStatusCode, "the gateway to be ready");

        _hold.SetResult();
        await gateway.UntilAsync(async () => (await gateway.Client(Key).GetAsync("/v1/users/me")).IsSuccessStatusCode, "the credential to recover");
    }

    [Fact]
    public async Task A_slow_refresh_holds_up_no_request()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Address, setup => _vault.Use(setup.Brisk(3), settings: ("RefreshInterval", "00:00:01")));
        _vault.Answer = VaultResponse.Secret(The.OtherToken) with { Held = _hold.Task };
        await gateway.UntilAsync(() => _vault.Readings == 2, "the refresh to begin");
        await using var load = new SteadyLoad(gateway, Key);

        await load.MoreAsync(gateway, 50);

        Assert.Equal(2, _vault.Readings);
        _hold.SetResult();
        await gateway.UntilAsync(() => upstream.Requests[^1].Values("Authorization").Contains($"Bearer {The.OtherToken}"), "the new token to be sent");
        await load.AssertNoneFailedAsync();
    }

    [Fact]
    public async Task A_vault_that_asks_for_two_seconds_gets_them()
    {
        _vault.First.Enqueue(VaultResponse.Error(429, "Throttled", "slowly", ("Retry-After", "2")));
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => _vault.Use(setup.DoNotWaitUntilReady()));

        await gateway.UntilAsync(() => _vault.Readings == 2, "the vault to be asked again");

        // The vault's client counts in real time, from its answer on.
        Assert.True(
            TimeProvider.System.GetElapsedTime(_vault.ReadAt[0], _vault.ReadAt[1]) >= TimeSpan.FromSeconds(1.8), "The vault was asked again too soon.");
        await gateway.UntilAsync(async () => (await gateway.Client(Key).GetAsync("/v1/users/me")).IsSuccessStatusCode, "the credential to be usable");
    }

    [Fact]
    public async Task A_vault_that_fails_and_then_falls_silent_is_logged_without_its_words()
    {
        const string Body = "WordsOfTheVaultThatBelongInNoLog";
        _vault.First.Enqueue(VaultResponse.Error(500, "InternalServerError", Body));
        _vault.Answer = VaultResponse.Secret(The.NotionToken) with { Held = _hold.Task };
        _vault.NetworkTimeout = TimeSpan.FromMilliseconds(300);
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup =>
        {
            _vault.Use(setup.DoNotWaitUntilReady());
            setup.Canaries.Guard(Body, "the vault's own words");
        });

        await gateway.UntilAsync(
            () => gateway.Logs.Lines.Any(line => line.Event.Name is "CredentialSourceFailed" or "CredentialRefreshBroke"), "the failure to be logged");

        Assert.Empty(gateway.Logs.Named("CredentialRefreshBroke"));
        Assert.Single(gateway.Logs.Named("CredentialSourceFailed"));
    }

    public void Dispose()
    {
        _hold.TrySetResult();
        _vault.Dispose();
    }
}
