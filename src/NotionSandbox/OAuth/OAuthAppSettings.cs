using NotionSandbox.Connections;
using NotionSandbox.Limits;

namespace NotionSandbox.OAuth;

/// <summary>How a public connection is registered: what its developer fills in, and what the developer is given.</summary>
/// <param name="Name">What people read when they are asked to consent; also the name of its bots.</param>
internal sealed record OAuthAppSettings(string Name)
{
    /// <summary>These three are the same in every sandbox, so that documents can name them. They open nothing but pretend data.</summary>
    public const string DemoClientId = "c11e0001-0000-4000-8000-000000000001";

    public const string DemoClientSecret = "secret_DemoDemoDemoDemoDemoDemoDemoDemoDemoDemo001";

    public const string DemoRedirectUri = "http://127.0.0.1:3000/oauth/callback";

    /// <summary>The app that every sandbox starts with unless told otherwise.</summary>
    public static OAuthAppSettings Demo { get; } = new("Demo app")
    {
        ClientId = DemoClientId,
        ClientSecret = DemoClientSecret,
        RedirectUris = [DemoRedirectUri],
    };

    /// <summary>A fresh one of the real shape when absent.</summary>
    public string? ClientId { get; init; }

    /// <summary>A fresh one of the real shape when absent.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>Where people may be sent back to; compared character by character.</summary>
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary>How long an access token works; for ever when absent.</summary>
    public TimeSpan? TokenLifetime { get; init; }

    /// <summary>What the app's bots may do.</summary>
    public Capabilities Capabilities { get; init; } = Capabilities.All;

    /// <summary>The budget of each of its bots; 180 a minute when absent.</summary>
    public RequestLimit? Limit { get; init; }
}
