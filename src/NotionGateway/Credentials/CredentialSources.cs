namespace NotionGateway.Credentials;

/// <summary>The sources by kind, and the host that every token read from them is bound to.</summary>
internal sealed class CredentialSources(Uri upstream, IReadOnlyDictionary<CredentialSourceKind, ICredentialSource> sources)
{
    public ICredentialSource For(CredentialSourceKind kind) => sources[kind];

    public NotionToken Bind(string text) => new(text, upstream);
}
