using Microsoft.Extensions.Logging.Abstractions;
using NotionSandbox.Connections;
using NotionSandbox.OAuth;
using NotionSandbox.Recording;
using NotionSandbox.Seeds;

namespace NotionSandbox;

/// <summary>How a pretend Notion is started: where it listens, who may call it, what it holds and what it remembers.</summary>
internal sealed record SandboxOptions
{
    /// <summary>Default 0: any free port.</summary>
    public int Port { get; init; }

    /// <summary>
    /// Whether it listens on all addresses of the machine, which is for containers: their loopback cannot be reached from outside. Default no.
    /// </summary>
    public bool OnAllAddresses { get; init; }

    /// <summary>Default: one connection, <c>demo</c>, with the demo token.</summary>
    public IReadOnlyList<ConnectionSettings> Connections { get; init; } = [ConnectionSettings.Demo];

    /// <summary>Default: one public connection, <c>Demo app</c>, with the demo client id and secret.</summary>
    public IReadOnlyList<OAuthAppSettings> OAuthApps { get; init; } = [OAuthAppSettings.Demo];

    public OAuthBehaviour OAuthBehaviour { get; init; } = new();

    /// <summary>The workspaces that the consent page offers, all of whose people may consent.</summary>
    public IReadOnlyList<string> OAuthWorkspaces { get; init; } = [ConnectionSettings.DemoWorkspace, "Second workspace"];

    public SeedKind Seed { get; init; } = SeedKind.Demo;

    /// <summary>Whether a request that is answered 429 uses up the window as well. Default no.</summary>
    public bool CountRefused { get; init; }

    public RecorderOptions Recording { get; init; } = new();

    /// <summary>The pause before each event of a stream. Default 50 ms.</summary>
    public TimeSpan StreamPause { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether responses are compressed for callers who accept gzip. Default no.</summary>
    public bool Compress { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where ids and tokens come from; the same seed gives the same ones.</summary>
    public Random Random { get; init; } = new(20260311);

    /// <summary>Default: silent.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
