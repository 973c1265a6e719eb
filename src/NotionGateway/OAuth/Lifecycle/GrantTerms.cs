using System.Diagnostics.CodeAnalysis;
using NotionGateway.Credentials;
using NotionGateway.OAuth.Grants;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>The terms of the credential of a grant.</summary>
internal sealed record GrantTerms : CredentialTerms
{
    private readonly string _id;
    private readonly string _remedy;

    [SetsRequiredMembers]
    public GrantTerms(Grant grant, string plan)
    {
        (Name, Workspace, Plan) = (grant.Name, grant.WorkspaceId, plan);
        (_id, _remedy) = (grant.Id, GrantRemedy.For(grant));
    }

    public override string Source => "OAuth";

    public override string GrantId => _id;

    public override string Remedy => _remedy;
}
