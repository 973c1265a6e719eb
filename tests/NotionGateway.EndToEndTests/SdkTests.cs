using NotionGateway.Hosting;
using NotionGateway.TestKit;
using NotionSandbox.Connections;

namespace NotionGateway.EndToEndTests;

/// <summary>The official JavaScript SDK, with nothing changed but its base URL and its token, through the gateway to the sandbox.</summary>
public sealed class SdkTests
{
    private static readonly string Conversation = Repository.PathOf("tests", "NotionGateway.EndToEndTests", "sdk", "conversation.mjs");

    [Theory]
    [InlineData("2022-06-28")]
    [InlineData("2025-09-03")]
    [InlineData("2026-03-11")]
    public async Task Every_method_of_the_SDK_works_through_the_gateway(string version)
    {
        await using var program = await RunningProgram.StartAsync(["--sandbox"], RunningProgram.Unhurried);

        var (exitCode, output) = await RunningProgram.RunAsync(
            "node", [Conversation, "--base-url", program.Data.GetLeftPart(UriPartial.Authority), "--auth", SandboxMode.DemoKey, "--notion-version", version]);

        Assert.True(exitCode == 0, output);
        Assert.Matches("\"steps\":(9|1\\d)\\d,\"failed\":0", output);
        Assert.DoesNotContain(ConnectionSettings.DemoToken, output + program.Output);
        Assert.Contains("pages.create -> 200 answered", program.Output);
        Assert.DoesNotContain(" fail ", program.Output);
    }
}
