using NotionGateway.Credentials;
using NotionGateway.OAuth.Grants;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>Between a stored grant and the credential that requests use.</summary>
internal static class GrantRemedy
{
    /// <summary>Who must do what when Notion rejects the grant permanently.</summary>
    public static string For(Grant grant) =>
        $"{grant.Owner ?? "The person who consented"} must connect{(grant.WorkspaceName is { } workspace ? $" the workspace '{workspace}'" : "")} again; "
        + $"the operator creates a link with 'notion-gateway connect new --app {grant.App} --name {grant.Name.Value[(grant.App.Length + 1)..]}'";

    /// <summary>Adopts the stored grant, if its token or state differs from that of the credential.</summary>
    public static void Adopt(this Credential credential, OpenGrant found) => credential.Advance(state =>
    {
        var lost = found.Grant.State == GrantState.Lost;
        if (found.Grant.RefreshedAt < state.StoredAt && found.Grant.Version < state.StoredVersion)
        {
            // Read before the pair that is here was stored. The time alone may be that of a clock that was set back, the version alone of a restored store.
            return state;
        }

        return found.Access.Equals(state.Token) && (state.Quarantined == lost)
            ? state
            : state.AfterGrant(found.Access, found.Identity, found.Grant.RefreshedAt, found.Grant.Version) with { Quarantined = lost };
    });
}
