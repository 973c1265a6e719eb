namespace NotionGateway.OAuth.Lifecycle;

/// <summary>Notified of grants that an operator has changed in the store, so that this process drops its cached state.</summary>
internal interface IGrantChanges
{
    /// <summary>The grant, or what this name stands for, has come, gone or changed; the store has it already.</summary>
    void Changed(string grantId, CredentialName name);
}

/// <summary>Drops everything from memory that an operator's change has made outdated.</summary>
internal sealed class GrantChanges(GrantCredentials credentials, BoundKeys keys) : IGrantChanges
{
    public void Changed(string grantId, CredentialName name)
    {
        credentials.Forget(name);
        keys.Forget(grantId);
    }
}
