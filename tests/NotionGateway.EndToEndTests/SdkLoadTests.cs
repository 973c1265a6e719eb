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

    [Fact]
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
            ("Gateway__FlowControl__Plans__Standard__WindowMargin", "00:00:01"));

        var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RunAsync(program, 3 * window.TotalSeconds, atOnce: 2)));

        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Output));
        Assert.All(sandbox.Windows["demo"].All, seen => Assert.Equal(0, seen.Refused));
        Assert.InRange(sandbox.Windows["demo"].PeakInAnySpan, limit * 8 / 10, limit);
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

    private static Task<(int ExitCode, string Output)> RunAsync(RunningProgram program, double seconds, int atOnce) => RunningProgram.RunAsync(
        "node",
        [Load, "--base-url", program.Data.GetLeftPart(UriPartial.Authority), "--auth", The.Key,
            "--seconds", seconds.ToString(CultureInfo.InvariantCulture), "--at-once", atOnce.ToString(CultureInfo.InvariantCulture)]);
}
