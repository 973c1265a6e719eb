using NotionGateway.Settings;

namespace NotionGateway.Operator;

/// <summary>What a method and a target ask for.</summary>
/// <param name="Action">The action; its path names the grant where there is one.</param>
/// <param name="Grant">The grant that the path names.</param>
/// <param name="Query">What stands behind the question mark.</param>
internal readonly record struct OperatorRoute(OperatorAction Action, CredentialName? Grant = null, string Query = "")
{
    public const string Links = "/operator/v1/connect-links";
    public const string Grants = "/operator/v1/grants";

    public static readonly Refusal Unlisted = new(
        RefusalReason.UnknownOperation,
        $"There is nothing for this method and path. The operator listener serves {Links} and {Grants}, with the names of grants as app/name, each part {GatewayName.Rule}.");

    /// <summary>
    /// Reads the target as it came, character by character: names need no escapes and have no other spelling, so whatever is
    /// escaped, dotted or doubled is not a path of this listener.
    /// </summary>
    public static OperatorRoute Find(string method, string rawTarget)
    {
        var question = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (rawTarget, "") : (rawTarget[..question], rawTarget[(question + 1)..]);
        var (action, grant) = Read(method, path);
        return new OperatorRoute(action, grant, query);
    }

    private static (OperatorAction Action, CredentialName? Grant) Read(string method, string path) => (method, path) switch
    {
        ("POST", Links) => (OperatorAction.CreateLink, null),
        ("GET", Grants) => (OperatorAction.ListGrants, null),
        _ when path.StartsWith(Grants + "/", StringComparison.Ordinal) => ReadGrant(method, path[(Grants.Length + 1)..].Split('/')),
        _ => (OperatorAction.Unlisted, null),
    };

    private static (OperatorAction Action, CredentialName? Grant) ReadGrant(string method, string[] parts)
    {
        var action = (method, parts) switch
        {
            ("GET", [_, _]) => OperatorAction.ShowGrant,
            ("DELETE", [_, _]) => OperatorAction.DeleteGrant,
            ("POST", [_, _, "rename"]) => OperatorAction.RenameGrant,
            ("POST", [_, _, "revoke"]) => OperatorAction.RevokeGrant,
            _ => OperatorAction.Unlisted,
        };
        return action != OperatorAction.Unlisted && CredentialName.OfGrant(parts[0], parts[1]) is { } grant ? (action, grant) : (OperatorAction.Unlisted, null);
    }
}
