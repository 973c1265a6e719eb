namespace NotionGateway.OAuth.Lifecycle;

/// <summary>Lets everything in memory go that a change by hand has made old.</summary>
internal sealed class GrantChanges(GrantCredentials credentials, BoundKeys keys) : IGrantChanges
{
    public void Changed(CredentialName name)
    {
        credentials.Forget(name);
        keys.Forget();
    }
}
