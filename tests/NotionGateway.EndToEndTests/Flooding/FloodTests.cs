using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.Limits;

namespace NotionGateway.EndToEndTests.Flooding;

/// <summary>
/// The published program in the memory of a small pod, attacked by 2,000 connections on each of its listeners: it lives, its probe is
/// answered, and so is everyone who does nothing wrong. The times are printed, and not held to a bound that a busy machine would break.
/// </summary>
[Trait("Category", "Long")]
public sealed class FloodTests : IDisposable
{
    private const int Attackers = 2000;
    private const string GreedyKey = "ngw_GreedyGreedyGreedyGreedyGreedyGreedyGreedy0";

    /// <summary>192 MiB of heap: what the image makes of the chart's 256 MiB.</summary>
    private static readonly (string Name, string Value) SmallPod = ("DOTNET_GCHeapHardLimit", "0xC000000");

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notion-gateway-flood-");

    [Theory]
    [InlineData("Data", "/v1/users")]
    [InlineData("Management", "/livez")]
    [InlineData("Operator", "/v1/grants")]
    [InlineData("Connect", "/connect/nothing")]
    public Task Pipelined_requests_whose_answers_are_never_read(string listener, string target) => AttackAsync(listener, Attack.PipelinedGets(target));

    [Theory]
    [InlineData("Data", "/v1/users")]
    [InlineData("Management", "/livez")]
    [InlineData("Operator", "/v1/grants")]
    [InlineData("Connect", "/connect/nothing")]
    public Task Streams_of_HTTP_2_whose_answers_have_no_window(string listener, string target) =>
        AttackAsync(listener, Attack.StalledStreams(target), http2: true);

    [Fact]
    public Task Bodies_under_a_wrong_key() => AttackAsync("Data", Attack.Bodies("/v1/pages", 10_000_000));

    [Fact]
    public Task Reads_that_wait_with_a_megabyte_behind_them() => AttackAsync("Data", Attack.WaitingGet("/v1/users", GreedyKey));

    [Fact]
    public Task Streams_that_wait_under_a_key() => AttackAsync("Data", Attack.StalledStreams("/v1/users", GreedyKey), http2: true);

    [Fact]
    public async Task Silence_where_the_process_may_open_few_descriptors()
    {
        await using var notion = await StartNotionAsync();
        await using var program = await RunningProgram.StartWithDescriptorsAsync(1024, Settings(notion));
        await AttackAsync(program, program.Data, Attack.Silence);
        Assert.Contains("FewDescriptors", program.Output);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task AttackAsync(string listener, Attack attack, bool http2 = false)
    {
        await using var notion = await StartNotionAsync();
        var settings = Settings(notion);
        await using var program = await RunningProgram.StartAsync(
            [], [.. settings, SmallPod, .. http2 ? [("Kestrel__Endpoints__Data__Protocols", "Http2")] : Array.Empty<(string, string)>()]);
        var target = listener switch
        {
            "Data" => program.Data,
            "Management" => program.Management,
            _ => new Uri(settings.Last(setting => setting.Name == $"Kestrel__Endpoints__{listener}__Url").Value),
        };
        await AttackAsync(program, target, attack, http2);
    }

    private static async Task AttackAsync(RunningProgram program, Uri target, Attack attack, bool http2 = false)
    {
        await using var good = new GoodCaller(new Uri(program.Data, "/v1/users/me"), The.Key, http2);
        await using var probe = new GoodCaller(new Uri(program.Management, "/livez"), key: null);
        await using (var flood = new Flood(target, Attackers, attack))
        {
            await Task.Delay(Duration);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{flood.Opened} connections opened, {flood.Sent >> 20} MiB sent. Good caller: {good}. Probe: {probe}.");
        }

        Assert.False(program.HasEnded, program.Output);
        await good.StopAsync();
        await probe.StopAsync();

        Assert.Empty(good.Failures);
        Assert.Empty(probe.Failures);
        Assert.InRange(good.Answered, 1, int.MaxValue);
        Assert.InRange(probe.Answered, 1, int.MaxValue);
        await using var afterwards = new GoodCaller(new Uri(program.Management, "/livez"), key: null);
        await Task.Delay(TimeSpan.FromSeconds(1));
        await afterwards.StopAsync();
        Assert.Empty(afterwards.Failures);

        Assert.DoesNotContain("OutOfMemoryException", program.Output, StringComparison.Ordinal);
    }

    private static async Task<SandboxServer> StartNotionAsync()
    {
        var notion = await PublicConnection.StartNotionAsync();
        notion.Connections["demo"].Limit = new RequestLimit(1_000_000, TimeSpan.FromSeconds(1));
        return notion;
    }

    /// <summary>All four listeners, a caller for whom there is room, and one whose reads wait for a plan of one request a minute.</summary>
    private (string Name, string Value)[] Settings(SandboxServer notion) =>
    [
        .. PublicConnection.Settings(notion, _folder.FullName),
        ("NOTION_TOKEN", notion.Connections["demo"].Token),
        ("SLOW_TOKEN", "ntn_00000000000SlowSlowSlowSlowSlowSlowSlowSlow0000"),
        ("Gateway__Access__Callers__crm__Credential", "default"),
        ("Gateway__Access__Callers__greedy__KeyHashes__0", KeyDigest.Of(GreedyKey).ToString()),
        ("Gateway__Access__Callers__greedy__Credential", "slow"),
        ("Gateway__Credentials__slow__Source", "Environment"),
        ("Gateway__Credentials__slow__Variable", "SLOW_TOKEN"),
        ("Gateway__Credentials__slow__VerifyToken", "false"),
        ("Gateway__Credentials__slow__Plan", "crawl"),
        ("Gateway__FlowControl__Plans__crawl__RatePerSecond", "0.1"),
        ("Gateway__FlowControl__Plans__crawl__Burst", "1"),
        ("Gateway__FlowControl__Plans__crawl__WindowLimit", "2"),
        ("Gateway__Operator__KeyHashes__0", KeyDigest.Of(The.OperatorKey).ToString()),
        ("Kestrel__Endpoints__Operator__Url", $"http://127.0.0.1:{FreePort.Next()}"),
    ];
}
