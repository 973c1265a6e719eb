namespace NotionGateway.Operator;

/// <summary>What can be done on the operator listener.</summary>
internal enum OperatorAction
{
    /// <summary>Nothing that is known.</summary>
    Unlisted,
    CreateLink,
    ListGrants,
    ShowGrant,
    RenameGrant,
    DeleteGrant,
    RevokeGrant,
}

/// <summary>The actions in the words of the audit line.</summary>
internal static class OperatorActions
{
    public static string Word(this OperatorAction action) => action switch
    {
        OperatorAction.CreateLink => "create_link",
        OperatorAction.ListGrants => "list_grants",
        OperatorAction.ShowGrant => "show_grant",
        OperatorAction.RenameGrant => "rename_grant",
        OperatorAction.DeleteGrant => "delete_grant",
        OperatorAction.RevokeGrant => "revoke_grant",
        _ => "unlisted",
    };

    public static bool TakesBody(this OperatorAction action) => action is OperatorAction.CreateLink or OperatorAction.RenameGrant;
}
