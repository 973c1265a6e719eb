using System.Globalization;
using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.Faults;
using NotionSandbox.Limits;

namespace NotionGateway.EndToEndTests;

/// <summary>The official SDK at Notion's limit, many processes at once, with its own retries.</summary>
public sealed class SdkLoadTests
{
    private static readonly string Load = Repository.PathOf("tests", "NotionGateway.EndToEndTests", "sdk", "load.mjs");

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    [Fact]
    [Trait("Category", "Long")]
    public Task Eight_processes_at_the_limit_see_no_error() => EightProcessesAsync(limit: 90, TimeSpan.FromSeconds(6));

    [Fact]
    [Trait("Category", "Long")]
    public Task Eight_processes_see_no_error_in_three_whole_windows_of_Notions() => EightProcessesAsync(limit: 180, TimeSpan.FromSeconds(60));

    [Theory]
    [InlineData(429)]
    [InlineData(529)]
    [InlineData(500)]
    public async Task Retries_of_the_SDK_do_not_multiply_those_of_the_gateway(int status)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await using var program = await StartAsync(sandbox, RunningProgram.Unhurried);
        sandbox.Faults.Add(
            new FaultRule { Path = "/v1/users/me", Fault = status == 429 ? new RateLimitedFault { RetryAfter = ["1"] } : new StatusFault { Status = status } });
        sandbox.Received.Clear();

        var (exitCode, output) = await RunAsync(program, seconds: 0, atOnce: 1);

        Assert.Equal(1, exitCode);
        Assert.Contains(status == 500 ? "internal_server_error" : "rate_limited", output);

        // Four of the gateway's for the first call of the SDK, then one for each of its two retries.
        Assert.Equal(4 + 2, sandbox.Received.All.Count);
    }

    private static async Task EightProcessesAsync(int limit, TimeSpan window)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        sandbox.Connections["demo"].Limit = new RequestLimit(limit, window, Phase: window / 3);
        var perSecond = limit / window.TotalSeconds;
        await using var program = await StartAsync(
            sandbox,
            ("Gateway__FlowControl__Plans__Standard__RatePerSecond", perSecond.ToString(CultureInfo.InvariantCulture)),
            ("Gateway__FlowControl__Plans__Standard__WindowLimit", limit.ToString(CultureInfo.InvariantCulture)),
            ("Gateway__FlowControl__Plans__Standard__Window", window.ToString("c", CultureInfo.InvariantCulture)),

            // Nine processes and Notion share this machine: a request may arrive that much later than it was sent.
            ("Gateway__FlowControl__Plans__Standard__WindowMargin", Margin.ToString("c", CultureInfo.InvariantCulture)));
        var since = TimeProvider.System.GetTimestamp();

        // However slow the machine is, they make more calls than two windows allow.
        var runs = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => RunAsync(program, 3 * window.TotalSeconds, atOnce: 2, atLeast: (limit / 8) + 1)));

        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Output));
        Assert.All(sandbox.Windows["demo"].All, seen => Assert.Equal(0, seen.Refused));
        Assert.DoesNotContain("LimitedByNotion", program.Output);

        // The budget never gave more than its limit in a window and its margin, however long the runs took; and it was what they waited for.
        var sent = await SumAsync(program, "notion_gateway_upstream_requests_total");
        var spans = TimeProvider.System.GetElapsedTime(since) / (window + Margin);
        Assert.InRange(sent, (2 * limit) + 1, (limit * (1 + (int)spans)) + 1);
        Assert.True(await SumAsync(program, "notion_gateway_queue_wait_seconds_sum") > 0, "Nobody waited for a permit.");
    }

    /// <summary>What the program's metrics page says, summed over all series of this name.</summary>
    private static async Task<double> SumAsync(RunningProgram program, string name)
    {
        using var client = new HttpClient { BaseAddress = program.Management };
        return (await client.GetStringAsync("/metrics")).Split('\n')
            .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    private static Task<RunningProgram> StartAsync(SandboxServer sandbox, params (string Name, string Value)[] environment) => RunningProgram.StartAsync(
        [],
        [
            ("NOTION_TOKEN", sandbox.Connections["demo"].Token),
            ("GATEWAY_KEY", The.Key),
            ("Gateway__Forwarding__Upstream", sandbox.BaseUrl.GetLeftPart(UriPartial.Authority)),
            ("Gateway__Forwarding__AllowInsecureUpstream", "true"),
            ("Gateway__DrainDelay", "00:00:00"),
            .. environment,
        ]);

    private static Task<(int ExitCode, string Output)> RunAsync(RunningProgram program, double seconds, int atOnce, int atLeast = 1) => RunningProgram.RunAsync(
        "node",
        [Load, "--base-url", program.Data.GetLeftPart(UriPartial.Authority), "--auth", The.Key,
            "--seconds", seconds.ToString(CultureInfo.InvariantCulture), "--at-once", atOnce.ToString(CultureInfo.InvariantCulture),
            "--at-least", atLeast.ToString(CultureInfo.InvariantCulture)]);
}
