using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using NotionSandbox.Connections;
using NotionSandbox.Faults;
using NotionSandbox.Ids;
using NotionSandbox.OAuth;
using NotionSandbox.Recording;
using NotionSandbox.Seeds;
using NotionSandbox.State;
using NotionSandbox.Webhooks;
using NotionSandbox.Wire;
using NotionSandbox.Workspaces;

namespace NotionSandbox;

/// <summary>
/// A pretend Notion that listens on a loopback port (in a container, where others cannot reach that, on all addresses if asked to).
/// It runs on the bare web server, without a host: inside another program it takes none of that program's configuration, and its
/// requests show in none of that program's logs and spans.
/// </summary>
internal sealed class SandboxServer : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    private readonly WebApplication _container;
    private readonly IServer _server;
    private readonly SandboxApplication _application;
    private readonly SandboxState _state;
    private bool _isDisposed;

    private SandboxServer(SandboxOptions options)
    {
        var ids = new IdMint(options.Random);
        _state = NewState(options, ids);
        _application = new SandboxApplication(_state, options, ids);
        _container = Container(options);
        _server = _container.Services.GetRequiredService<IServer>();
    }

    /// <summary>Where it listens: <c>http://127.0.0.1:{port}/</c>.</summary>
    public Uri BaseUrl => _state.BaseUrl;

    public ConnectionRegistry Connections => _state.Connections;

    public WindowBook Windows => _state.Windows;

    public Recorder Received => _state.Received;

    public FaultBook Faults => _state.Faults;

    /// <summary>Public connections: apps, consent, and the resulting tokens.</summary>
    public AuthorizationServer OAuth => _state.OAuth;

    /// <summary>Who is told what changes.</summary>
    public WebhookBook Webhooks => _state.Webhooks;

    public static async Task<SandboxServer> StartAsync(SandboxOptions? options = null, CancellationToken cancellationToken = default)
    {
        var sandbox = new SandboxServer(options ?? new SandboxOptions());
        await sandbox._server.StartAsync(sandbox._application, cancellationToken);
        var listens = new Uri(sandbox._server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
        sandbox._state.BaseUrl = new Uri($"http://{IPAddress.Loopback}:{listens.Port}");
        return sandbox;
    }

    public Connection AddConnection(ConnectionSettings settings) => Connections.Add(settings);

    public Connection AddConnection(string name) => AddConnection(new ConnectionSettings(name));

    /// <inheritdoc cref="SandboxState.Reset"/>
    public void Reset() => _state.Reset();

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _application.Dispose();
        _state.Webhooks.Dispose();
        using var patience = new CancellationTokenSource(StopPatience, TimeProvider.System);
        await _server.StopAsync(patience.Token);
        await _container.DisposeAsync();
    }

    private static SandboxState NewState(SandboxOptions options, IdMint ids)
    {
        var workspaces = new WorkspaceDirectory(workspace => DemoSeed.Plant(options.Seed, workspace));
        var connections = new ConnectionRegistry(workspaces, options.Random, options.TimeProvider);
        foreach (var settings in options.Connections)
        {
            connections.Add(settings);
        }

        var consenters = new Consenters(workspaces, options.OAuthWorkspaces, ids);
        var oauth = new AuthorizationServer(connections, consenters, ids, options.Random, options.TimeProvider) { Behaviour = options.OAuthBehaviour };
        foreach (var settings in options.OAuthApps)
        {
            oauth.Apps.Add(settings);
        }

        return new SandboxState
        {
            Workspaces = workspaces,
            Connections = connections,
            Windows = new WindowBook(connections, options.CountRefused),
            Received = new Recorder(options.Recording),
            Faults = new FaultBook(),
            OAuth = oauth,
            Webhooks = new WebhookBook(connections, ids, options.TimeProvider),
        };
    }

    /// <summary>Only the server in it is used. Made without a container, a server leaves its meter behind when it ends.</summary>
    private static WebApplication Container(SandboxOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(options.LoggerFactory);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(options.OnAllAddresses ? IPAddress.Any : IPAddress.Loopback, options.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(TappedTransport.Over);
            });
        });
        return builder.Build();
    }
}
