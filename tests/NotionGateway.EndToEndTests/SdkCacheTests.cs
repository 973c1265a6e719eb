using System.Globalization;
using System.Text.RegularExpressions;
using NotionGateway.TestKit;
using NotionSandbox;

namespace NotionGateway.EndToEndTests;

/// <summary>The official SDK with stored responses: one process writes, others read what it writes.</summary>
public sealed partial class SdkCacheTests
{
    private static readonly string Backwards = Repository.PathOf("tests", "NotionGateway.EndToEndTests", "sdk", "backwards.mjs");

    [Fact]
    public Task While_one_client_writes_nobody_sees_the_world_go_backwards() => ReadAndWriteAsync(seconds: 2);

    [Fact]
    [Trait("Category", "Long")]
    public Task While_one_client_writes_for_a_minute_nobody_sees_the_world_go_backwards() => ReadAndWriteAsync(seconds: 60);

    private static async Task ReadAndWriteAsync(int seconds)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var program = await RunningProgram.StartAsync(
            [],
            [
                ("NOTION_TOKEN", sandbox.Connections["demo"].Token),
                ("Gateway__Forwarding__Upstream", sandbox.BaseUrl.GetLeftPart(UriPartial.Authority)),
                ("Gateway__Forwarding__AllowInsecureUpstream", "true"),
                ("Gateway__DrainDelay", "00:00:00"),
                ("Gateway__Caching__Policies__long__Ttl", "00:10:00"),
                .. Caller("writer", The.Key), .. Caller("reader", The.OtherKey),
                .. RunningProgram.Unhurried,
            ]);

        var (exitCode, output) = await RunningProgram.RunAsync(
            "node",
            [Backwards, "--base-url", program.Data.GetLeftPart(UriPartial.Authority), "--writer", The.Key, "--readers", $"{The.OtherKey},{The.Key}",
                "--seconds", seconds.ToString(CultureInfo.InvariantCulture)]);

        Assert.True(exitCode == 0, output);
        using var client = new HttpClient { BaseAddress = program.Management };
        var hits = Hits().Matches(await client.GetStringAsync("/metrics")).Sum(match => int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture));
        Assert.True(hits > 0, $"Nothing came from memory: {output}");
    }

    private static IEnumerable<(string Name, string Value)> Caller(string name, string key) =>
    [
        ($"Gateway__Access__Callers__{name}__KeyHashes__0", KeyDigest.Of(key).ToString()),
        ($"Gateway__Access__Callers__{name}__Permissions__0", "all"),
        ($"Gateway__Access__Callers__{name}__Cache", "long"),
    ];

    [GeneratedRegex(@"^notion_gateway_cache_requests_total\{[^}]*outcome=""hit""[^}]*\} (?<count>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Hits();
}
