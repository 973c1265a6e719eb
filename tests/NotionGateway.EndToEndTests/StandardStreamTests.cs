using System.Text.RegularExpressions;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests;

/// <summary>Standard output that is closed, full or no longer read, which must not cost any request.</summary>
public sealed partial class StandardStreamTests
{
    [Theory]
    [InlineData(">&-")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData(">/dev/full")]
    [InlineData("> >(exec <&-)")]
    public async Task It_serves_on_and_counts_the_lines_that_were_lost(string redirection)
    {
        await using var program = await RunningProgram.StartAsync(redirection, ["--sandbox"], RunningProgram.Unhurried);
        using var client = new HttpClient
        {
            BaseAddress = program.Data,
            DefaultRequestHeaders = { { "Authorization", $"Bearer {NotionGateway.Hosting.SandboxMode.DemoKey}" } },
        };
        for (var request = 0; request < 20; request++)
        {
            Assert.Contains("\"object\":\"user\"", await client.GetStringAsync("/v1/users/me"));
        }

        var dropped = 0;
        await SafetyNet.UntilAsync(
            async () =>
            {
                dropped = int.Parse(Dropped().Match(await client.GetStringAsync(new Uri(program.Management, "/metrics"))).Groups["count"].Value);
                return dropped >= 20;
            },
            () => $"{dropped} lines were counted");

        Assert.InRange(dropped, 20, 100);
        program.Terminate();
        Assert.Equal(0, await program.ExitCodeAsync());
    }

    [Theory]
    [InlineData(">&- 2>&-", "bogus")]
    [InlineData("2>&-", "check")]
    public async Task A_command_ends_as_it_would_otherwise(string redirection, string command)
    {
        var (exitCode, _) = await RunningProgram.RunAsync("bash", ["-c", $"exec \"$0\" {command} {redirection}", Published.Program]);
        Assert.Equal(2, exitCode);
    }

    [GeneratedRegex(@"^notion_gateway_log_dropped\S* (?<count>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Dropped();
}
