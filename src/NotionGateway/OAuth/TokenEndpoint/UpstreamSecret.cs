using System.Diagnostics;

namespace NotionGateway.OAuth.TokenEndpoint;

/// <summary>
/// An OAuth secret that is sent only to Notion: client secret, code, refresh token. Like a token it cannot be
/// printed by accident, and is returned only for a request to the host it is bound to.
/// </summary>
[DebuggerDisplay("[redacted]")]
internal sealed class UpstreamSecret(string value, Uri boundTo)
{
    private readonly string _origin = boundTo.GetLeftPart(UriPartial.Authority) + "/";

    /// <summary>The value for a request to the bound host; an exception for any other.</summary>
    public string ValueFor(Uri destination) => destination.OriginalString.StartsWith(_origin, StringComparison.Ordinal)
        ? value
        : throw new InvalidOperationException("A secret of OAuth was requested for a host that it is not bound to.");

    public override string ToString() => "[redacted]";
}
