using System.Collections.Concurrent;
using NotionSandbox.Connections;
using NotionSandbox.Limits;

namespace NotionSandbox.OAuth;

/// <summary>A public connection that is registered. What can be set here can be set while the sandbox runs.</summary>
internal sealed class OAuthApp
{
    private readonly ConcurrentQueue<string> _secrets = new();
    private string _clientSecret = "";

    public OAuthApp(OAuthAppSettings settings, string clientId, string clientSecret)
    {
        Name = settings.Name;
        ClientId = clientId;
        ClientSecret = clientSecret;
        RedirectUris = settings.RedirectUris;
        TokenLifetime = settings.TokenLifetime;
        Capabilities = settings.Capabilities;
        Limit = settings.Limit;
    }

    public string Name { get; }

    public string ClientId { get; }

    /// <summary>Setting it is what a developer does who asks for a new one: the old one is void.</summary>
    public string ClientSecret
    {
        get => _clientSecret;
        set
        {
            _clientSecret = value;
            _secrets.Enqueue(value);
        }
    }

    /// <summary>The client secret and all that it was before.</summary>
    public IReadOnlyCollection<string> AllSecrets => _secrets;

    public IReadOnlyList<string> RedirectUris { get; set; }

    /// <summary>For access tokens that are issued from now on; they work for ever when null.</summary>
    public TimeSpan? TokenLifetime { get; set; }

    /// <summary>Everything it asks for is refused as <c>unauthorized_client</c>; tokens that it has go on working.</summary>
    public bool IsDisabled { get; set; }

    public Capabilities Capabilities { get; }

    public RequestLimit? Limit { get; }
}
