using System.Globalization;
using System.Text;
using NotionSandbox;

namespace NotionGateway.IntegrationTests.Sandbox;

/// <summary>The executable's command line.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task It_says_where_it_listens_and_for_whom()
    {
        var (output, code) = await RunAsync(
            "--port", "0", "--token", "blue=ntn_blue", "--token", "red=ntn_red", "--limit", "7", "--window", "2.5", "--seed", "empty");

        Assert.Equal(0, code);
        Assert.Matches("^notion-sandbox is ready at http://127\\.0\\.0\\.1:[0-9]+ with the token ntn_blue\n", output);
        Assert.Contains("Connections: blue, red. Limit: 7 requests in 2.5 s.", output, StringComparison.Ordinal);
        Assert.EndsWith("notion-sandbox is stopping.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_how_to_try_OAuth()
    {
        var (output, _) = await RunAsync("--port", "0", "--redirect-uri", "http://localhost:8082/callback?x");

        Assert.Contains("secret_DemoDemoDemoDemoDemoDemoDemoDemoDemoDemo001", output, StringComparison.Ordinal);
        Assert.Contains(
            "/v1/oauth/authorize?client_id=c11e0001-0000-4000-8000-000000000001&response_type=code&owner=user" +
            "&redirect_uri=http%3A%2F%2Flocalhost%3A8082%2Fcallback%3Fx\n",
            output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--limit 0", "--limit is a number greater than 0, not '0'.")]
    [InlineData("--window -1", "--window is a number greater than 0, not '-1'.")]
    [InlineData("--token blue", "Write --token NAME=TOKEN")]
    [InlineData("--seed forest", "forest")]
    [InlineData("--port many", "--port is a number from 0 to 65535, not 'many'.")]
    [InlineData("--port 65536", "--port is a number from 0 to 65535, not '65536'.")]
    [InlineData("--port 0 --token a=1 --token a=2", "There is a connection called 'a' already.")]
    [InlineData("--port 0 --token a=1 --token b=1", "That token is in use already.")]
    [InlineData("--nonsense", "--nonsense")]
    public async Task A_mistake_is_named_and_nothing_is_started(string arguments, string sentence)
    {
        var (output, code) = await RunAsync(arguments.Split(' '));

        Assert.Equal(1, code);
        Assert.Contains(sentence, output, StringComparison.Ordinal);
        Assert.DoesNotContain("is ready", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        await using var visit = await Visit.StartAsync();

        var (output, code) = await RunAsync("--port", visit.Sandbox.BaseUrl.Port.ToString(CultureInfo.InvariantCulture));

        Assert.Equal(1, code);
        Assert.Equal($"Failed to bind to address {visit.Sandbox.BaseUrl.GetLeftPart(UriPartial.Authority)}: address already in use.\n", output);
    }

    private static async Task<(string Output, int Code)> RunAsync(params string[] arguments)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Visit.Stop);
        await using var output = new Terminal(stop);
        var code = await new SandboxCommand(output).RunAsync(arguments, stop.Token);
        return (output.ToString(), code);
    }

    /// <summary>A user who presses Ctrl+C as soon as the last line of the greeting is there.</summary>
    private sealed class Terminal(CancellationTokenSource stop) : StringWriter(new StringBuilder())
    {
        public override async Task WriteLineAsync(string? value)
        {
            await WriteAsync(value + "\n");
            if (value?.Contains("Ctrl+C", StringComparison.Ordinal) == true)
            {
                await stop.CancelAsync();
            }
        }
    }
}
