using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Connecting;

/// <summary>Debian's Chromium without a window, with a profile of its own, steered over its DevTools protocol.</summary>
internal sealed partial class Chromium : IAsyncDisposable
{
    private readonly string _profile = Directory.CreateTempSubdirectory("chromium-").FullName;
    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();

    private Chromium()
    {
        // Tests run as root and in containers, where Chromium's own sandbox cannot; the pages are ours.
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(
                "chromium",
                [
                    "--headless=new", "--remote-debugging-port=0", $"--user-data-dir={_profile}", "--no-sandbox", "--disable-gpu",
                    "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                    "--ignore-certificate-errors", "--no-proxy-server", "--hide-scrollbars", "about:blank",
                ])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
    }

    public static async Task<Chromium> StartAsync()
    {
        var chromium = new Chromium();
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        chromium._process.ErrorDataReceived += (_, line) =>
        {
            if (Listening().Match(line.Data ?? "") is { Success: true } match)
            {
                address.TrySetResult(new Uri(match.Groups["url"].Value));
            }
        };
        chromium._process.Start();
        chromium._process.BeginErrorReadLine();
        chromium._process.BeginOutputReadLine();
        await chromium._socket.ConnectAsync(await address.Task.WaitAsync(SafetyNet.Timeout), CancellationToken.None);
        return chromium;
    }

    /// <summary>A window with cookies and a history of its own. There is one at a time.</summary>
    public Task<BrowserWindow> OpenWindowAsync() => BrowserWindow.OpenAsync(new DevTools(_socket));

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    [GeneratedRegex("^DevTools listening on (?<url>ws://.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Listening();
}
