using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace NotionGateway.TestKit.Servers;

/// <summary>A real Redis on loopback that keeps nothing on disk; it can be stopped, killed and started again.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly List<string> _options;
    private Process? _process;

    private RedisServer(IEnumerable<string> options)
    {
        _options = [.. options];
        if (_options.IndexOf("--tls-port") is >= 0 and var index)
        {
            _options[index + 1] = $"{TlsPort}";
        }
    }

    public int Port { get; } = FreePort.Next();

    public string Endpoint => $"127.0.0.1:{Port}";

    /// <summary>Where it speaks TLS, if it was given <c>--tls-port 0</c> and a certificate.</summary>
    public string TlsEndpoint => $"127.0.0.1:{TlsPort}";

    private int TlsPort { get; } = FreePort.Next();

    public static async Task<RedisServer> StartAsync(params string[] options)
    {
        var server = new RedisServer(options);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it, empty.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[] { "--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no" }.Concat(_options))
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _ = _process.StandardOutput.ReadToEndAsync();
        _ = _process.StandardError.ReadToEndAsync();
        for (var attempt = 0; attempt < 600; attempt++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(100);
            }
        }

        throw new TimeoutException($"redis-server did not start on port {Port}.");
    }

    /// <summary>Stops it in the middle of whatever it does; connections stay open.</summary>
    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    /// <summary>Ends it without goodbye.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private void Signal(string name) => Process.Start("kill", [$"-{name}", $"{_process!.Id}"])!.WaitForExit();
}
