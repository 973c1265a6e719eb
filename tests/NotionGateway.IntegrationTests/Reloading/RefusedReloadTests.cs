using System.Net;
using NotionGateway.IntegrationTests.Credentials;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Reloading;

/// <summary>A broken configuration file changes nothing at all and is logged once, with every error and no secret.</summary>
public sealed class RefusedReloadTests : IDisposable
{
    private const string LooseSecret = "ngw_AKeyThatStandsInTheFileByMistake0123456789a";

    private readonly SettingsFile _file = new();

    [Fact]
    public async Task Whatever_is_wrong_with_the_file_nothing_changes_and_one_line_says_so()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream);
        gateway.Canaries.Guard(LooseSecret, "the secret in the broken file");
        await using var load = new SteadyLoad(gateway);
        var good = _file.Text;
        (string What, string Text)[] broken =
        [
            ("empty", ""),
            ("cut off", good[..^3]),
            ("not JSON", $"key={LooseSecret}"),
            ("not JSON at a secret", good[..^2] + $",{LooseSecret}}}}}"),
            ("a list", "[]"),
            ("an empty object", "{}"),
            ("a key that stands twice", """{"Gateway":{"Access":{}},"gateway":{"Access":{}}}"""),
            ("a setting that stands twice", good[..^2] + ",\"credentials\":{\"first\":{\"Source\":\"File\"}}}}"),
            ("too deep", string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100)),
            ("a section that is null", """{"Gateway":null}"""),
            ("callers that are gone", """{"Gateway":{"Credentials":{"first":{"Source":"Environment","Variable":"TOKEN_FIRST"}}}}"""),
            ("a key instead of its hash", good.Replace(KeyDigest.Of(The.Key).ToString(), LooseSecret, StringComparison.Ordinal)),
            ("a caller of everything", good.Replace("\"crm\"", "\"*\"", StringComparison.Ordinal)),
        ];

        for (var number = 0; number < broken.Length; number++)
        {
            _file.Replace(broken[number].Text);
            await gateway.UntilAsync(() => gateway.Logs.Named("ReloadRefused").Count() > number, $"the refusal of: {broken[number].What}");
        }

        Assert.Equal(broken.Length, gateway.Metrics.Sum("notion_gateway.config.reloads", ("outcome", "refused")));
        Assert.True(Gauge(gateway, "notion_gateway.config.refused") > 0);

        _file.Replace(good);
        await gateway.UntilAsync(() => gateway.Logs.Named("Reloaded").Any(), "the good file to be applied");
        Assert.Equal(broken.Length, gateway.Logs.Named("ReloadRefused").Count());
        Assert.Equal(1, gateway.Metrics.Sum("notion_gateway.config.reloads", ("outcome", "accepted")));
        Assert.Equal(0, Gauge(gateway, "notion_gateway.config.refused"));
        await load.AssertNoneFailedAsync();
    }

    [Fact]
    public async Task A_file_that_is_deleted_changes_nothing_and_is_logged_once()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream);
        await using var load = new SteadyLoad(gateway);

        File.Delete(_file.Path);
        await gateway.UntilAsync(() => gateway.Logs.Named("ReloadRefused").Any(), "the refusal");

        // It stays away for some looks: the absence of further lines can only be checked by waiting.
        var since = gateway.Clock.Elapsed;
        await gateway.UntilAsync(() => gateway.Clock.Elapsed - since > TimeSpan.FromSeconds(3.5), "some looks");
        Assert.Contains("there is no such file", Assert.Single(gateway.Logs.Named("ReloadRefused")).Text, StringComparison.Ordinal);

        _file.Caller("other", The.OtherKey).Replace();
        await gateway.UntilAsync(async () => (await gateway.Client(The.OtherKey).GetAsync("/v1/users")).IsSuccessStatusCode, "the new file to be applied");
        await load.AssertNoneFailedAsync();
    }

    [Fact]
    public async Task One_line_names_every_error_by_its_path()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream);
        gateway.Canaries.Guard(LooseSecret, "the secret in the broken file");

        _file
            .Caller("other", The.OtherKey, credential: "absent", grants: "evrything")
            .Setting("Gateway:Access:Callers:crm:Weight", LooseSecret)
            .Setting("Gateway:Access:Callers:crm:Grant", LooseSecret)
            .Setting("Gateway:Credentials:first:RefreshInterval", "30")
            .Replace();
        await gateway.UntilAsync(() => gateway.Logs.Named("ReloadRefused").Any(), "the refusal");

        var line = Assert.Single(gateway.Logs.Named("ReloadRefused"));
        Assert.Equal(5, line.Values["Count"]);
        Assert.All(
            new[] { "Callers:other:Credential", "Callers:other:Permissions", "Callers:crm:Weight", "Callers:crm:Grant", "Credentials:first:RefreshInterval" },
            path => Assert.Contains(path, line.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_with_one_error_changes_nothing_of_what_is_right_in_it_either()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream);

        _file.Caller("other", The.OtherKey).Credential("second").RemoveCaller(The.Caller).Setting("Gateway:Access:Callers:other:Weight", "much").Replace();
        await gateway.UntilAsync(() => gateway.Logs.Named("ReloadRefused").Any(), "the refusal");

        Assert.Equal(HttpStatusCode.OK, (await gateway.Client().GetAsync("/v1/users")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client(The.OtherKey).GetAsync("/v1/users")).StatusCode);
        Assert.Empty(gateway.Metrics.Matching("notion_gateway.credential.refreshes", ("credential", "second")));
        Assert.Empty(gateway.Logs.Named("Reloaded"));
    }

    [Fact]
    public async Task A_change_that_another_file_holds_back_is_made_once_that_file_is_right()
    {
        var token = Path.Combine(Path.GetDirectoryName(_file.Path)!, "token");
        await File.WriteAllTextAsync(token, $"\"{The.OtherToken}\"");
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream, setup => setup.OnFakeTime());
        _file.Caller("other", The.OtherKey, "second").Credential("second", ("Source", "File"), ("Path", token))
            .Setting("Gateway:Credentials:second:Variable", null).Replace();
        await gateway.AdvanceUntilAsync(() => gateway.Logs.Named("ReloadRefused").Any(), "the refusal");

        // It is tried again meanwhile: one line says so, as long as the same is wrong.
        await PassAsync(gateway, TimeSpan.FromSeconds(25));
        Assert.Contains("in quotes", Assert.Single(gateway.Logs.Named("ReloadRefused")).Text, StringComparison.Ordinal);
        Assert.Equal(1, gateway.Metrics.Sum("notion_gateway.config.reloads", ("outcome", "refused")));

        await File.WriteAllTextAsync(token, $"TOKEN={The.OtherToken}");
        await gateway.AdvanceUntilAsync(() => gateway.Logs.Named("ReloadRefused").Count() == 2, "the other refusal");
        Assert.Equal(2, gateway.Metrics.Sum("notion_gateway.config.reloads", ("outcome", "refused")));

        await File.WriteAllTextAsync(token, The.OtherToken);
        await gateway.AdvanceUntilAsync(() => gateway.Logs.Named("Reloaded").Any(), "the change to be made");
        Assert.Equal(0, Gauge(gateway, "notion_gateway.config.refused"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.Clock.RunAsync(gateway.Client(The.OtherKey).GetAsync("/v1/users"))).StatusCode);
        Assert.Single(gateway.Logs.Named("Reloaded"));
    }

    private static Task PassAsync(TestGateway gateway, TimeSpan time)
    {
        var since = gateway.Clock.Elapsed;
        return gateway.AdvanceUntilAsync(() => gateway.Clock.Elapsed - since >= time, "time", TimeSpan.FromMilliseconds(250));
    }

    private static double Gauge(TestGateway gateway, string name) => gateway.Metrics.Gauges().Last(gauge => gauge.Instrument == name).Value;

    public void Dispose() => _file.Dispose();
}
