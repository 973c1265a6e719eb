using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using NotionGateway.EndToEndTests.Helm;
using NotionGateway.Hosting;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Servers;

namespace NotionGateway.EndToEndTests.Image;

/// <summary>The compose file: every key is one of the Compose specification, every file is there, and the gateway runs as it says.</summary>
public sealed partial class ComposeTests
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNameCaseInsensitive = false,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.Strict,
    };

    private static readonly JsonNode File = RenderedChart.Parse(Repository.Read("deploy", "compose.yaml")).Single();

    private static readonly Compose Read = File.Deserialize<Compose>(Strict)!;

    [Fact]
    public void Every_key_is_known_to_Compose()
    {
        Assert.Equal(["alertmanager", "aspire", "gateway", "grafana", "nginx", "otel-collector", "prometheus", "redis", "replica"], Read.Services.Keys.Order());
        var wrong = File.DeepClone();
        wrong["services"]!["gateway"]!["comand"] = "x";
        Assert.Throws<JsonException>(() => wrong.Deserialize<Compose>(Strict));
    }

    [Fact]
    public void Every_file_that_is_mounted_is_there_and_is_mounted_to_be_read()
    {
        var mounts = Read.Services.Values.SelectMany(service => service.Volumes ?? []).Select(volume => volume.Split(':')).ToList();
        Assert.All(mounts.Where(mount => mount[0].StartsWith('.')), mount =>
        {
            Assert.True(Path.Exists(Repository.PathOf("deploy", mount[0])), mount[0]);
            Assert.Equal("ro", mount[2]);
        });
        Assert.Equal(Read.Volumes.Keys.Order(), mounts.Where(mount => !mount[0].StartsWith('.')).Select(mount => mount[0]).Order());
        Assert.True(System.IO.File.Exists(Repository.PathOf("deploy", Read.Services["gateway"].Build!.Context, "Dockerfile")));
    }

    [Fact]
    public void Nothing_is_reachable_from_other_machines_and_images_are_pinned()
    {
        Assert.All(Read.Services.Values.SelectMany(service => service.Ports ?? []), port => Assert.StartsWith("127.0.0.1:", port));
        Assert.All(Read.Services.Values, service => Assert.Matches(@":(v?\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?|\$\{VERSION:-\d+\.\d+\.\d+\})$", service.Image));
        var gateway = Read.Services["gateway"];
        Assert.Equal((true, "ALL"), (gateway.ReadOnly, gateway.CapDrop!.Single()));
    }

    [Fact]
    public async Task Alerts_reach_Alertmanager_which_takes_its_file()
    {
        Assert.Contains("targets: [\"alertmanager:9093\"]", Repository.Read("deploy", "prometheus", "prometheus.yml"));
        Assert.Contains("127.0.0.1:9093:9093", Read.Services["alertmanager"].Ports!);
        var (exitCode, output) = await RunningProgram.RunAsync("amtool", ["check-config", Repository.PathOf("deploy", "prometheus", "alertmanager.yml")]);
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void The_browser_of_this_machine_reaches_every_listener_of_the_sandbox_and_the_dashboard_only_with_its_profile()
    {
        Assert.Equal(
            Enumerable.Range(8080, 5).Select(port => $"127.0.0.1:{port}:{port}"), Read.Services["gateway"].Ports!);
        Assert.Equal(["aspire"], Read.Services["aspire"].Profiles!);
        Assert.Contains("http://aspire:18889", Repository.Read("deploy", ".env.example"));
    }

    [Fact]
    public void Variables_have_their_line_in_the_example()
    {
        var example = Repository.Read("deploy", ".env.example");
        Assert.All(["NOTION_TOKEN", "GATEWAY_KEY", "GATEWAY_ARGS", "OTEL_EXPORTER_OTLP_ENDPOINT"], name =>
        {
            Assert.Contains($"{name}=", example);
            Assert.Contains($"${{{name}", Repository.Read("deploy", "compose.yaml"));
        });
    }

    [Fact]
    public async Task Without_a_token_the_sandbox_runs_on_every_address()
    {
        // RunningProgram gives the addresses of its own: that they are not loopback is what is tried here.
        var gateway = Read.Services["gateway"];
        Assert.Equal("${GATEWAY_ARGS---sandbox}", gateway.Command);
        var environment = gateway.Environment!.Where(pair => !pair.Key.StartsWith("Kestrel")).Select(pair => (pair.Key, "")).ToArray();
        await using var program = await RunningProgram.StartAsync(["--sandbox"], environment);
        using var client = new HttpClient { BaseAddress = program.Data, DefaultRequestHeaders = { { "Authorization", $"Bearer {SandboxMode.DemoKey}" } } };
        Assert.Contains("\"object\":\"user\"", await client.GetStringAsync("/v1/users/me"));
        Assert.Equal(
            ["http://0.0.0.0:8080", "http://0.0.0.0:8081"], gateway.Environment!.Where(pair => pair.Key.StartsWith("Kestrel")).Select(pair => pair.Value));
    }

    [Fact]
    public async Task Three_gateways_behind_nginx_share_a_budget_over_Redis_only_with_the_profile()
    {
        Assert.Equal(["nginx", "redis", "replica"],
            Read.Services.Where(service => service.Value.Profiles is ["scale-out"]).Select(service => service.Key).Order());
        var replica = Read.Services["replica"];
        Assert.Equal(("3", 3), (replica.Environment!["Gateway__FlowControl__Replicas"], replica.Scale));
        Assert.Equal("redis:6379", replica.Environment["Gateway__Shared__Redis__Endpoints__0"]);
        Assert.Contains("server replica:8080;", Repository.Read("deploy", "nginx", "scale-out.conf"));

        await using var redis = await RedisServer.StartAsync();
        var environment = replica.Environment.Where(pair => pair.Key.StartsWith("Gateway__", StringComparison.Ordinal))
            .Select(pair => (pair.Key, pair.Value.Replace("redis:6379", redis.Endpoint))).ToArray();
        await using var program = await RunningProgram.StartAsync(["--sandbox"], environment);
        using var management = new HttpClient { BaseAddress = program.Management };
        await SafetyNet.UntilAsync(
            async () => InUse().IsMatch(await management.GetStringAsync("/metrics")), () => $"The shared budget is not in use: {program.Output}");
    }

    [Fact]
    public async Task Public_connections_are_laid_over_it_with_a_volume_that_the_program_may_write_to()
    {
        var overlay = RenderedChart.Parse(Repository.Read("deploy", "compose.oauth.yaml")).Single().Deserialize<Overlay>(Strict)!;
        var gateway = Assert.Single(overlay.Services, service => service.Key == "gateway").Value;
        var volume = gateway.Volumes.Single().Split(':');
        Assert.Equal(overlay.Volumes.Keys, [volume[0]]);
        Assert.Contains(
            Repository.Read("Dockerfile").Split('\n'),
            line => line.StartsWith("COPY --from=build --chown=$APP_UID:$APP_UID", StringComparison.Ordinal)
                && line.EndsWith($" {volume[1]}", StringComparison.Ordinal));
        Assert.Equal(volume[1], Path.GetDirectoryName(gateway.Environment["Gateway__OAuth__Store__Path"]));
        Assert.Equal("127.0.0.1:8083:8083", gateway.Ports.Single());

        // As Compose fills it in from .env; a secret has no default, and each has its line in the example.
        var names = gateway.Environment.Values.SelectMany(value => Variable().Matches(value)).Select(match => match.Groups["name"].Value).ToList();
        Assert.All(names, name => Assert.Contains($"{name}=", Repository.Read("deploy", ".env.example")));
        var check = await RunningProgram.RunAsync(
            Published.Program, ["check"], [.. gateway.Environment.Select(pair => (pair.Key, Variable().Replace(pair.Value, Filled)))]);
        Assert.True(check.ExitCode == 0, check.Output);
        Assert.Contains("crm/*", check.Output);
    }

    private static string Filled(Match match) => match.Groups["name"].Value switch
    {
        "GATEWAY_KEY" => The.Key,
        "OAUTH_ENCRYPTION_KEY" => The.EncryptionKey,
        "OPERATOR_KEY_HASH" => KeyDigest.Of(The.OtherKey).ToString(),
        _ => match.Groups["default"] is { Success: true, Value: var value } ? value : "anything",
    };

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+):(\?[^}]*|-(?<default>[^}]*))\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^notion_gateway_shared_state(\{[^}]*\})? 1\b", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex InUse();

    private sealed record Overlay(Dictionary<string, OverlaidService> Services, Dictionary<string, JsonNode?> Volumes);

    private sealed record OverlaidService(string[] Command, Dictionary<string, string> Environment, string[] Ports, string[] Volumes);

    private sealed record Compose(string Name, Dictionary<string, Service> Services, Dictionary<string, JsonNode?> Volumes);

    private sealed record Service(
        string Image, Build? Build, string? Command, Dictionary<string, string>? Environment, string[]? Ports, string[]? Volumes, string[]? Profiles,
        string[]? DependsOn, bool? ReadOnly, string[]? Tmpfs, string[]? CapDrop, string[]? SecurityOpt, string? MemLimit, double? Cpus,
        string? StopGracePeriod, string? Restart, string? User, int? Scale);

    private sealed record Build(string Context);
}
