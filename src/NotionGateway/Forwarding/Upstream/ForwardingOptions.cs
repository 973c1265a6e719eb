using System.Net;
using NotionGateway.Bodies;
using NotionGateway.Credentials.Sources;
using NotionGateway.Settings;

namespace NotionGateway.Forwarding.Upstream;

/// <summary>Section <c>Gateway:Forwarding</c>: where requests go, how large they may be and how long they may take.</summary>
internal sealed record ForwardingOptions
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The one host that tokens are sent to; <c>https://api.notion.com</c> by default.</summary>
    public required Uri Upstream { get; init; }

    /// <summary>Allows an upstream without TLS on a loopback address; false by default.</summary>
    public required bool AllowInsecureUpstream { get; init; }

    /// <summary>The Notion-Version that is added where a caller sends none; 2022-06-28 by default.</summary>
    public required string DefaultNotionVersion { get; init; }

    /// <summary>What bounds the bodies of callers; its settings stand in this section.</summary>
    public required BodiesOptions Bodies { get; init; }

    /// <summary>A proxy to reach Notion by (CONNECT only); none by default. The environment's is ignored.</summary>
    public required Uri? Proxy { get; init; }

    /// <summary>The user to name to the proxy when it asks; none by default.</summary>
    public required string? ProxyUser { get; init; }

    /// <summary>Where the proxy's password is read; required with <see cref="ProxyUser"/>.</summary>
    public required SecretReference? ProxyPassword { get; init; }

    /// <summary>PEM file with certificate authorities to trust beside the system's; none by default.</summary>
    public required string? ExtraCaFile { get; init; }

    /// <summary>How long connecting may take; 5 seconds by default.</summary>
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>How long Notion may take up to the head of its response; 75 seconds by default, above Notion's own 60.</summary>
    public required TimeSpan ResponseTimeout { get; init; }

    /// <summary>How long one sending may take in all, for operations that do not stream; 90 seconds by default.</summary>
    public required TimeSpan TotalTimeout { get; init; }

    /// <summary>How long an upload or a stream of events may be silent; 2 minutes by default.</summary>
    public required TimeSpan StreamIdleTimeout { get; init; }

    /// <summary>Every secret that is read from somewhere, with what it is.</summary>
    public IEnumerable<(string What, SecretReference Place)> Secrets => ProxyPassword is { } password ? [("proxy password", password)] : [];

    public static ForwardingOptions Read(SettingsSection section)
    {
        var insecure = section.Flag("AllowInsecureUpstream", false);
        var options = new ForwardingOptions
        {
            Upstream = ReadUpstream(section, insecure),
            AllowInsecureUpstream = insecure,
            DefaultNotionVersion = section.Text("DefaultNotionVersion", "2022-06-28"),
            Bodies = BodiesOptions.Read(section),
            Proxy = ReadProxy(section),
            ProxyUser = section.Text("ProxyUser"),
            ProxyPassword = ReadProxyPassword(section.Section("ProxyPassword")),
            ExtraCaFile = section.Text("ExtraCaFile"),
            ConnectTimeout = section.Duration("ConnectTimeout", 5 * Second, TimeSpan.FromMilliseconds(1), Hour),
            ResponseTimeout = section.Duration("ResponseTimeout", 75 * Second, TimeSpan.FromMilliseconds(1), Hour),
            TotalTimeout = section.Duration("TotalTimeout", 90 * Second, TimeSpan.FromMilliseconds(1), Hour),
            StreamIdleTimeout = section.Duration("StreamIdleTimeout", 120 * Second, TimeSpan.FromMilliseconds(1), Hour),
        };
        options.CheckBetween(section);
        section.RejectUnknown();
        return options;
    }

    private void CheckBetween(SettingsSection section)
    {
        if (TotalTimeout < ResponseTimeout)
        {
            section.Error("TotalTimeout", "is shorter than ResponseTimeout, which it includes");
        }

        if (Proxy is not null && Upstream.Scheme != Uri.UriSchemeHttps)
        {
            section.Error("Proxy", "needs an https upstream: without TLS the proxy could read the token");
        }

        CheckProxyLogin(section);
        if (Bodies.AllowedNotionVersions is { } allowed && !allowed.Contains(DefaultNotionVersion, StringComparer.Ordinal))
        {
            section.Error("DefaultNotionVersion", "is not among AllowedNotionVersions");
        }

        if (ExtraCaFile is not null && AuthorityFile.Problem(ExtraCaFile) is { } problem)
        {
            section.Error("ExtraCaFile", problem);
        }
    }

    private void CheckProxyLogin(SettingsSection section)
    {
        if (ProxyUser is null != ProxyPassword is null)
        {
            section.Error(ProxyUser is null ? "ProxyUser" : "ProxyPassword", "is missing: proxy authentication needs both user and password");
        }
        else if (ProxyUser is not null && section.Text("Proxy") is null)
        {
            section.Error("ProxyUser", "does not apply without Proxy");
        }

        if (ProxyUser is { } user && (user.Contains(':', StringComparison.Ordinal) || user.Any(char.IsControl)))
        {
            section.Error("ProxyUser", "must not contain a colon or a control character");
        }
    }

    /// <summary>How long the response may take. An upload took as long as it took, so the time of its response begins with the head.</summary>
    public TimeSpan TimeFor(RequestMode mode, bool isSuccess, TimeSpan elapsed) =>
        mode != RequestMode.Whole && isSuccess ? Timeout.InfiniteTimeSpan
        : mode == RequestMode.Upload ? TotalTimeout
        : elapsed < TotalTimeout ? TotalTimeout - elapsed
        : TimeSpan.Zero;

    private static SecretReference? ReadProxyPassword(SettingsSection section)
    {
        if (!section.IsThere)
        {
            return null;
        }

        var place = SecretReference.Read(section, SecretKind.Password);
        section.RejectUnknown();
        return place;
    }

    private static Uri ReadUpstream(SettingsSection section, bool insecureAllowed)
    {
        const string Notion = "https://api.notion.com";
        var text = section.Text("Upstream", Notion);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri is not { UserInfo: "", AbsolutePath: "/", Query: "", Fragment: "" })
        {
            section.Error("Upstream", "write only scheme and host, for example https://api.notion.com");
        }
        else if (uri.Scheme == "https" ? IsLinkLocal(uri) : uri.Scheme != "http")
        {
            section.Error("Upstream", "write an https address of a named host");
        }
        else if (uri.Scheme == "http" && !(uri.IsLoopback && insecureAllowed))
        {
            section.Error(
                "Upstream",
                "must be https: tokens are never sent in clear text (a loopback address is allowed together with AllowInsecureUpstream=true)");
        }
        else
        {
            return uri;
        }

        return new Uri(Notion);
    }

    /// <summary>Cloud metadata services live there; nothing that a Notion token should be sent to does.</summary>
    private static bool IsLinkLocal(Uri uri) => IPAddress.TryParse(uri.DnsSafeHost, out var address)
        && (address.IsIPv6LinkLocal || address.MapToIPv6().ToString().StartsWith("::ffff:169.254.", StringComparison.Ordinal));

    private static Uri? ReadProxy(SettingsSection section)
    {
        if (section.Text("Proxy") is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http", UserInfo: "", AbsolutePath: "/", Query: "", Fragment: "" })
        {
            return uri;
        }

        section.Error(
            "Proxy",
            "write only the proxy's address, for example http://proxy.internal:3128, without user or password: set ProxyUser and ProxyPassword instead");
        return null;
    }
}
