using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Hosting;
using NotionGateway.IntegrationTests.FlowControl;
using NotionGateway.Settings;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Reloading;

/// <summary>Settings that only a restart applies: a change is logged and has no effect, while a change to a live setting beside it is applied.</summary>
public sealed class NeedsRestartTests : IDisposable
{
    private readonly SettingsFile _file = new();
    private readonly ClosedPort _closed = new();

    [Theory]
    [InlineData("Gateway:Forwarding:MaxJsonBodyBytes", "2048")]
    [InlineData("Gateway:Health:RequireAllCredentials", "true")]
    [InlineData("Gateway:Limits:MaxConnections", "5")]
    [InlineData("Kestrel:Endpoints:Data:Protocols", "Http1")]
    [InlineData("Kestrel:EndpointDefaults:Protocols", "Http1")]
    [InlineData("Logging:LogLevel:Default", "Debug")]
    public async Task A_change_that_needs_a_restart_is_logged_and_the_rest_is_taken_up(string path, string value)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream);

        _file.Setting(path, value).Caller("other", The.OtherKey).Replace();
        await gateway.UntilAsync(() => gateway.Logs.Named("Reloaded").Any(), "the change to be applied");

        await gateway.UntilAsync(async () => (await gateway.Client(The.OtherKey).GetAsync("/v1/users")).IsSuccessStatusCode, "the new caller");
        await gateway.UntilAsync(() => gateway.Logs.Named("NeedsRestart").Any(), "the log to ask for a restart");
        var line = Assert.Single(gateway.Logs.Named("NeedsRestart"));
        Assert.Contains(string.Join(':', path.Split(':').Take(2)), line.Text, StringComparison.Ordinal);
        Assert.Equal(1, gateway.Metrics.Gauges().Last(gauge => gauge.Instrument == "notion_gateway.config.restart_needed").Value);
    }

    [Fact]
    public async Task A_change_that_a_reload_applies_needs_none_and_the_page_shows_one_configuration_in_force()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream);
        var before = InForce(gateway);

        _file.Setting("Gateway:FlowControl:MaxWait", "00:00:20").Replace();
        await gateway.UntilAsync(() => gateway.Logs.Named("Reloaded").Any(), "the change to be applied");

        Assert.Empty(gateway.Logs.Named("NeedsRestart"));
        Assert.NotEqual(before, InForce(gateway));
        Assert.Equal(SettingsDigest.Of(gateway.Services.GetRequiredService<SettingsSource>().Load(new SettingErrors())), InForce(gateway));
    }

    [Fact]
    public async Task Until_the_restart_the_old_value_holds()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream);

        _file.Setting("Gateway:Forwarding:MaxJsonBodyBytes", "1024").Replace();
        await gateway.UntilAsync(() => gateway.Logs.Named("NeedsRestart").Any(), "the change to be noticed");

        using var body = new StringContent(new string(' ', 5000) + "{}", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client().PostAsync("/v1/search", body)).StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_store_for_the_budget_that_comes_or_goes_changes_no_limit_before_the_restart(bool sharesAtStart)
    {
        const string Limit = "notion_gateway.window.limit";
        await using var upstream = new RecordingUpstream();
        _file.Setting("Gateway:FlowControl:Replicas", "3");
        Share(sharesAtStart);
        await using var gateway = await _file.StartAsync(upstream, setup => setup.Brisk().Limit(180, seconds: 60));
        using var client = gateway.Client();
        using var gone = new CancellationTokenSource();
        var asking = client.GetAsync("/v1/users", gone.Token);
        await gateway.UntilAsync(() => gateway.Gauge(Limit) > 0, "the limit to be shown");
        var before = gateway.Gauge(Limit);

        Share(!sharesAtStart);
        _file.Replace();
        await gateway.UntilAsync(() => gateway.Logs.Named("NeedsRestart").Any(), "the log to ask for a restart");

        Assert.Equal(sharesAtStart ? 180 : 60, before);
        Assert.Equal(before, gateway.Gauge(Limit));
        await gone.CancelAsync();
        await asking.ContinueWith(static _ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_change_of_callers_and_credentials_alone_asks_for_no_restart()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream);

        _file.Caller("other", The.OtherKey).Credential("second").Setting("Gateway:Access:QueryTokens:Action", "Reject").Replace();
        await gateway.UntilAsync(() => gateway.Logs.Named("Reloaded").Any(), "the change to be applied");
        await gateway.UntilAsync(
            async () => (await gateway.Client().GetAsync("/v1/users?token=x")).StatusCode == HttpStatusCode.BadRequest, "the new rule to count");

        Assert.Empty(gateway.Logs.Named("NeedsRestart"));
    }

    /// <summary>Names a store that nobody listens at, or none.</summary>
    private void Share(bool shares)
    {
        _file.Setting("Gateway:Shared", null);
        if (shares)
        {
            _file.Setting("Gateway:Shared:Redis:Endpoints:0", _closed.Address.Authority).Setting("Gateway:Shared:Redis:Tls", "false");
        }
    }

    /// <summary>The one configuration that the gauge shows with 1; earlier ones are 0.</summary>
    private static string InForce(TestGateway gateway) =>
        gateway.Metrics.Gauges().Single(gauge => gauge is { Instrument: "notion_gateway.config.info", Value: 1 }).Labels["hash"];

    public void Dispose()
    {
        _file.Dispose();
        _closed.Dispose();
    }
}
