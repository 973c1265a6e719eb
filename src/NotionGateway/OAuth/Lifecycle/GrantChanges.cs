namespace NotionGateway.OAuth.Lifecycle;

/// <summary>Drops everything from memory that an operator's change has made outdated.</summary>
internal sealed class GrantChanges(GrantCredentials credentials, BoundKeys keys) : IGrantChanges
{
    public void Changed(CredentialName name)
    {
        credentials.Forget(name);
        keys.Forget();
    }
}
