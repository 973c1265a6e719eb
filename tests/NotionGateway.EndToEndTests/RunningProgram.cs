using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests;

/// <summary>The published program as a process of its own, on ports of its own, with everything it prints.</summary>
internal sealed partial class RunningProgram : IAsyncDisposable
{
    public const int SigHup = 1;
    public const int SigInt = 2;
    public const int SigQuit = 3;
    public const int SigUsr1 = 10;
    public const int SigTerm = 15;

    /// <summary>A plan whose limit is never met, for tests about something else.</summary>
    public static readonly (string Name, string Value)[] Unhurried =
    [
        ("Gateway__FlowControl__Plans__Standard__RatePerSecond", "100000"),
        ("Gateway__FlowControl__Plans__Standard__WindowLimit", "1000000"),
        ("Gateway__FlowControl__Plans__Standard__Window", "00:00:01"),
    ];

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private RunningProgram(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public Uri Data { get; private init; } = null!;

    public Uri Management { get; private init; } = null!;

    public string Output => string.Join('\n', _lines);

    /// <summary>Starts it and waits until it is ready.</summary>
    public static Task<RunningProgram> StartAsync(string[] arguments, params (string Name, string Value)[] environment) =>
        StartScriptAsync(script: null, arguments, environment);

    /// <summary>The same, with its standard streams redirected as in a shell, such as <c>&gt;&amp;-</c>; stdin is never a terminal.</summary>
    public static Task<RunningProgram> StartAsync(string? redirection, string[] arguments, (string Name, string Value)[] environment) =>
        StartScriptAsync(redirection is null ? null : $"exec \"$0\" \"$@\" {redirection}", arguments, environment);

    /// <summary>The same, where the process may open so many files and sockets.</summary>
    public static Task<RunningProgram> StartWithDescriptorsAsync(int most, params (string Name, string Value)[] environment) =>
        StartScriptAsync($"ulimit -n {most} && exec \"$0\" \"$@\"", [], environment);

    private static async Task<RunningProgram> StartScriptAsync(string? script, string[] arguments, (string Name, string Value)[] environment)
    {
        var (data, management) = (FreePort.Next(), FreePort.Next());
        string[] command = script is null ? [Published.Program, .. arguments] : ["bash", "-c", script, Published.Program, .. arguments];
        var program = new RunningProgram(StartInfo(
            // A shell that runs the tests in the background has them ignore some signals, and that is inherited.
            "env",
            ["--default-signal=HUP,INT,QUIT", .. command],
            [
                ("Kestrel__Endpoints__Data__Url", $"http://127.0.0.1:{data}"), ("Kestrel__Endpoints__Management__Url", $"http://127.0.0.1:{management}"),

                // The sandbox always opens all four, and tests run side by side.
                .. arguments.Contains("--sandbox")
                    ? [("Kestrel__Endpoints__Connect__Url", $"http://127.0.0.1:{FreePort.Next()}"),
                        ("Kestrel__Endpoints__Operator__Url", $"http://127.0.0.1:{FreePort.Next()}")]
                    : Array.Empty<(string, string)>(),

                // Tests count what is sent, and most send the same request many times.
                ("Gateway__Caching__Coalesce", "Off"),
                .. environment,
            ]))
        {
            Data = new Uri($"http://127.0.0.1:{data}"),
            Management = new Uri($"http://127.0.0.1:{management}"),
        };
        await program.StartAsync(new Uri(program.Management, "/readyz"), http2: environment.Contains(("Kestrel__Endpoints__Management__Protocols", "Http2")));
        return program;
    }

    /// <summary>Starts a server that is not the gateway, and waits until it says that it is ready.</summary>
    public static async Task<RunningProgram> StartServerAsync(string file, string[] arguments, Uri readiness)
    {
        var program = new RunningProgram(StartInfo(file, arguments, []));
        await program.StartAsync(readiness);
        return program;
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string file, string[] arguments, params (string Name, string Value)[] environment)
    {
        await using var program = new RunningProgram(StartInfo(file, arguments, environment));
        program._process.Start();
        program._process.StandardInput.Close();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return (await program.ExitCodeAsync(5 * SafetyNet.Timeout), program.Output);
    }

    /// <summary>Asks it to end, as Kubernetes does.</summary>
    public void Terminate() => Signal(SigTerm);

    public void Signal(int number) => _ = Kill(_process.Id, number);

    public async Task<int> ExitCodeAsync(TimeSpan? longest = null)
    {
        using var timeout = new CancellationTokenSource(longest ?? SafetyNet.Timeout);
        await _process.WaitForExitAsync(timeout.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static ProcessStartInfo StartInfo(string file, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private async Task StartAsync(Uri readiness, bool http2 = false)
    {
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var client = new HttpClient
        {
            DefaultRequestVersion = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        await SafetyNet.UntilAsync(IsReadyAsync, () => $"The program is not ready: {Output}");

        async Task<bool> IsReadyAsync()
        {
            Assert.False(_process.HasExited, $"The program ended: {Output}");
            try
            {
                return (await client.GetAsync(readiness)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
                return false;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
