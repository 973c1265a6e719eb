using System.Net;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>A vault that cannot be reached: at the start, later, and for longer than the last good token may serve.</summary>
public sealed class KeyVaultOutageTests : IDisposable
{
    private static readonly string Key = PretendVault.KeyOf("vaulted");

    private readonly PretendVault _vault = new();

    [Fact]
    public async Task A_vault_that_is_down_at_the_start_stops_its_own_credential_and_no_other()
    {
        _vault.Down = true;
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, WithAnother);

        using var refused = await gateway.Client(Key).GetAsync("/v1/users/me");
        using var other = await gateway.Client().GetAsync("/v1/users/me");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(["credential_unavailable"], refused.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.InRange(refused.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await ReadinessAsync(gateway));
        Assert.Contains("cannot be reached", Assert.Single(gateway.Logs.Named("CredentialSourceFailed")).Text, StringComparison.Ordinal);

        _vault.Down = false;
        await gateway.UntilAsync(async () => (await gateway.Client(Key).GetAsync("/v1/users/me")).IsSuccessStatusCode, "the credential to recover");
        Assert.Single(gateway.Logs.Named("CredentialSourceRecovered"));
    }

    [Fact]
    public async Task Without_any_usable_credential_the_gateway_lives_but_is_not_ready_until_the_vault_is_back()
    {
        _vault.Down = true;
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => _vault.Use(setup.Brisk(3).DoNotWaitUntilReady()));

        await gateway.UntilAsync(() => gateway.Logs.Named("CredentialSourceFailed").Any(), "the credential to be tried");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadinessAsync(gateway));
        Assert.Equal(HttpStatusCode.OK, (await gateway.ManagementClient().GetAsync("/livez")).StatusCode);

        _vault.Down = false;
        await gateway.UntilAsync(async () => await ReadinessAsync(gateway) == HttpStatusCode.OK, "readiness to return");
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client(Key).GetAsync("/v1/users/me")).StatusCode);
    }

    [Fact]
    public async Task Where_all_credentials_are_required_one_that_is_missing_makes_the_gateway_unready()
    {
        _vault.Down = true;
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup =>
        {
            WithAnother(setup.DoNotWaitUntilReady());
            setup.Setting("Gateway:Health:RequireAllCredentials", "true");
        });

        await gateway.UntilAsync(() => gateway.Logs.Named("CredentialSourceFailed").Any(), "the credential to be tried");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadinessAsync(gateway));
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client().GetAsync("/v1/users/me")).StatusCode);

        _vault.Down = false;
        await gateway.UntilAsync(async () => await ReadinessAsync(gateway) == HttpStatusCode.OK, "readiness to return");
    }

    [Fact]
    public async Task A_vault_that_goes_down_later_leaves_the_last_good_token_in_use_and_its_age_grows()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Address, setup => _vault.Use(setup.Brisk(3), settings: ("RefreshInterval", "00:00:01")));
        await using var load = new SteadyLoad(gateway, Key, workers: 1);

        _vault.Down = true;
        await gateway.UntilAsync(() => Gauge(gateway, "notion_gateway.credential.age") > 5, "the token to age");
        await load.MoreAsync(gateway);
        await load.AssertNoneFailedAsync();
        Assert.Equal(1, Gauge(gateway, "notion_gateway.credential.healthy"));
        Assert.Equal(HttpStatusCode.OK, await ReadinessAsync(gateway));

        _vault.Down = false;
        await gateway.UntilAsync(() => Gauge(gateway, "notion_gateway.credential.age") < 5, "the source to be read again");
    }

    [Fact]
    public async Task A_token_that_is_older_than_allowed_serves_no_longer_until_the_vault_is_back()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Address, setup => _vault.Use(setup.Brisk(3), settings: [("RefreshInterval", "00:00:01"), ("MaxStaleness", "00:00:06")]));
        using var client = gateway.Client(Key);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/users/me")).StatusCode);

        _vault.Down = true;
        HttpResponseMessage? refused = null;
        await gateway.UntilAsync(async () => !(refused = await client.GetAsync("/v1/users/me")).IsSuccessStatusCode, "the token to be too old");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused!.StatusCode);
        Assert.Equal(["credential_unavailable"], refused.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.NotNull(refused.Headers.RetryAfter?.Delta);
        Assert.Equal(0, Gauge(gateway, "notion_gateway.credential.healthy"));

        // It stays ready: callers must reach the answer that says why.
        Assert.Equal(HttpStatusCode.OK, await ReadinessAsync(gateway));

        _vault.Down = false;
        await gateway.UntilAsync(async () => (await client.GetAsync("/v1/users/me")).IsSuccessStatusCode, "the credential to recover");
    }

    [Fact]
    public async Task A_source_that_is_well_never_lets_its_token_grow_too_old()
    {
        // Settings that contradict each other may stop the start; once started, a healthy source must not lead to refusals.
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Address, setup => _vault.Use(setup.Brisk(3), settings: [("RefreshInterval", "00:00:30"), ("MaxStaleness", "00:00:02")]));
        await using var load = new SteadyLoad(gateway, Key, workers: 1);

        await gateway.UntilAsync(
            () => Gauge(gateway, "notion_gateway.credential.age") > 3 || _vault.Readings > 1, "the token to be older than its greatest age, or read again");
        await load.MoreAsync(gateway);

        await load.AssertNoneFailedAsync();
    }

    public void Dispose() => _vault.Dispose();

    private static async Task<HttpStatusCode> ReadinessAsync(TestGateway gateway) => (await gateway.ManagementClient().GetAsync("/readyz")).StatusCode;

    private static double Gauge(TestGateway gateway, string name) =>
        gateway.Metrics.Gauges().Last(
            gauge => gauge.Instrument == name && gauge.Labels["credential"] == "vaulted" && gauge.Labels["source"] == "KeyVault").Value;

    private void WithAnother(GatewaySetup setup)
    {
        setup.Brisk(3).Credential("default", The.OtherToken).Caller(The.Caller, The.Key, credential: "default");
        _vault.Use(setup);
    }
}
