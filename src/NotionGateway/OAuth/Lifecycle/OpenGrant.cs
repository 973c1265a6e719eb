using NotionGateway.Credentials;
using NotionGateway.Credentials.Sources;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>A grant with its seals broken: the tokens, in types that cannot print them.</summary>
internal sealed record OpenGrant(Grant Grant, NotionToken Access, UpstreamSecret? Refresh)
{
    /// <summary>What the limits count by.</summary>
    public NotionIdentity Identity => new(Grant.BotId, Grant.WorkspaceId);

    public override string ToString() => Grant.Name.ToString();
}
