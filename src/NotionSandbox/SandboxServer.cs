using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using NotionSandbox.Connections;
using NotionSandbox.Faults;
using NotionSandbox.Limits;
using NotionSandbox.OAuth;
using NotionSandbox.Recording;
using NotionSandbox.Wire;
using NotionSandbox.Workspaces;

namespace NotionSandbox;

/// <summary>
/// A pretend Notion that listens on a loopback port (in a container, where others cannot reach that, on all addresses if asked to). It runs on the bare web server, without a host: inside another program it
/// takes none of that program's configuration, and its requests show in none of that program's logs and spans.
/// </summary>
internal sealed class SandboxServer : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    private readonly KestrelServer _server;
    private readonly SandboxApplication _application;
    private readonly WorkspaceDirectory _workspaces;
    private bool _isDisposed;

    private SandboxServer(SandboxOptions options)
    {
        var ids = new IdMint(options.Random);
        _workspaces = new WorkspaceDirectory(options.Seed);
        Connections = new ConnectionRegistry(_workspaces, options.Random, options.TimeProvider);
        Windows = new WindowBook(Connections, options.CountRefused);
        Received = new Recorder(options.Recording);
        Faults = new FaultBook();
        foreach (var settings in options.Connections)
        {
            Connections.Add(settings);
        }

        OAuth = new AuthorizationServer(options, Connections, _workspaces, ids);
        _application = new SandboxApplication(this, options, ids);
        _server = Server(options);
    }

    /// <summary>Where it listens: <c>http://127.0.0.1:{port}/</c>.</summary>
    public Uri BaseUrl { get; private set; } = new("http://127.0.0.1");

    public ConnectionRegistry Connections { get; }

    public WindowBook Windows { get; }

    public Recorder Received { get; }

    public FaultBook Faults { get; }

    /// <summary>Public connections: apps, consent, and the tokens that come of it.</summary>
    public AuthorizationServer OAuth { get; }

    public static async Task<SandboxServer> StartAsync(SandboxOptions? options = null, CancellationToken cancellationToken = default)
    {
        var sandbox = new SandboxServer(options ?? new SandboxOptions());
        await sandbox._server.StartAsync(sandbox._application, cancellationToken);
        var listens = new Uri(sandbox._server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
        sandbox.BaseUrl = new Uri($"http://{IPAddress.Loopback}:{listens.Port}");
        return sandbox;
    }

    public Connection AddConnection(ConnectionSettings settings) => Connections.Add(settings);

    public Connection AddConnection(string name) => AddConnection(new ConnectionSettings(name));

    /// <summary>Back to the beginning: content, faults, counts and records. Connections, apps, their tokens and limits stay.</summary>
    public void Reset()
    {
        _workspaces.Reset();
        Faults.Clear();
        Windows.Clear();
        OAuth.Calls.Clear();
        Received.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _application.Dispose();
        using var patience = new CancellationTokenSource(StopPatience, TimeProvider.System);
        await _server.StopAsync(patience.Token);
        _server.Dispose();
    }

    private static KestrelServer Server(SandboxOptions options)
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Listen(options.OnAllAddresses ? IPAddress.Any : IPAddress.Loopback, options.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(TappedTransport.Over);
        });
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), options.LoggerFactory);
        return new KestrelServer(Options.Create(kestrel), transport, options.LoggerFactory);
    }
}
