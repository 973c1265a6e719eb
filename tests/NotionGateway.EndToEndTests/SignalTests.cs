using System.Text.RegularExpressions;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests;

/// <summary>Every signal that a supervisor sends, while a request is in progress: none cuts it.</summary>
public sealed partial class SignalTests
{
    [Theory]
    [InlineData(RunningProgram.SigTerm)]
    [InlineData(RunningProgram.SigInt)]
    [InlineData(RunningProgram.SigQuit)]
    public async Task Signals_to_end_drain(int signal)
    {
        await using var scene = await Scene.StartAsync();
        scene.Program.Signal(signal);
        await scene.UntilPrintedAsync("DrainingDenies");

        // systemd sends it right after SIGTERM, if told to.
        scene.Program.Signal(RunningProgram.SigHup);
        Assert.Equal("{}", await scene.LetGoAsync());
        Assert.Equal(0, await scene.Program.ExitCodeAsync());
    }

    [Fact]
    public async Task SIGHUP_reads_configuration_and_secrets_again()
    {
        await using var scene = await Scene.StartAsync();
        var before = await scene.ReadingsAsync();

        // Log rotators send it to programs that have log files.
        scene.Program.Signal(RunningProgram.SigUsr1);
        scene.Program.Signal(RunningProgram.SigHup);
        await scene.UntilPrintedAsync("Reloaded");
        await SafetyNet.UntilAsync(async () => await scene.ReadingsAsync() > before, () => "The secret was not read again.");
        Assert.Equal("{}", await scene.LetGoAsync());
        Assert.DoesNotContain("Draining", scene.Program.Output);
        Assert.Equal("ok\n", await scene.AskAsync("/readyz"));
    }

    [Fact]
    public async Task SIGHUP_at_a_terminal_drains()
    {
        await using var scene = await Scene.StartAsync(atTerminal: true);
        scene.Program.Signal(RunningProgram.SigHup);
        await scene.UntilPrintedAsync("DrainingDenies");
        Assert.Equal("{}", await scene.LetGoAsync());
        Assert.Equal(0, await scene.Program.ExitCodeAsync());
        Assert.Contains("TerminalGone", scene.Program.Output);
    }

    [GeneratedRegex(@"^notion_gateway_credential_refreshes_\S+outcome=""unchanged""\S* (?<count>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Readings();

    private sealed class Scene : IAsyncDisposable
    {
        private readonly TaskCompletionSource _hold = new();
        private readonly RecordingUpstream _upstream = new();
        private Task<string> _underWay = Task.FromResult("");

        public RunningProgram Program { get; private set; } = null!;

        public static async Task<Scene> StartAsync(bool atTerminal = false)
        {
            var scene = new Scene();
            scene._upstream.Answer = request => request.Target != "/v1/search" ? RawResponse.Json("{}")
                : new RawResponse().After(scene._hold.Task).Send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
            scene.Program = await RunningProgram.StartAsync(
                // The end of a terminal that an emulator holds is one, too.
                atTerminal ? "</dev/ptmx" : null,
                [],
                [
                    ("NOTION_TOKEN", The.NotionToken), ("GATEWAY_KEY", The.Key), ("Gateway__DrainDelay", "00:00:00"),
                    ("Gateway__Forwarding__Upstream", scene._upstream.Address.GetLeftPart(UriPartial.Authority)),
                    ("Gateway__Forwarding__AllowInsecureUpstream", "true"),
                    .. RunningProgram.Unhurried,
                ]);
            var client = new HttpClient { BaseAddress = scene.Program.Data, DefaultRequestHeaders = { { "Authorization", $"Bearer {The.Key}" } } };
            scene._underWay = Task.Run(
                async () => await (await client.PostAsync("/v1/search", new StringContent("{}", null, "application/json"))).Content.ReadAsStringAsync());
            await SafetyNet.UntilAsync(
                () => scene._upstream.Requests.Any(request => request.Target == "/v1/search"), () => $"Nothing was sent: {scene.Program.Output}");
            return scene;
        }

        public async Task<string> LetGoAsync()
        {
            Assert.False(_underWay.IsCompleted);
            _hold.SetResult();
            return await _underWay;
        }

        public Task<string> AskAsync(string path) => new HttpClient().GetStringAsync(new Uri(Program.Management, path));

        /// <summary>How often the credential's source has been read.</summary>
        public async Task<int> ReadingsAsync() => int.Parse(Readings().Match(await AskAsync("/metrics")).Groups["count"].Value);

        public Task UntilPrintedAsync(string what) =>
            SafetyNet.UntilAsync(() => Program.Output.Contains(what), () => $"{what} was not printed: {Program.Output}");

        public async ValueTask DisposeAsync()
        {
            _hold.TrySetResult();
            await Program.DisposeAsync();
            await _upstream.DisposeAsync();
        }
    }
}
