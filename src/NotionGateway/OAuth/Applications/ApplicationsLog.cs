namespace NotionGateway.OAuth.Applications;

/// <summary>What applications that do OAuth themselves have done; never a code or a key.</summary>
internal static partial class ApplicationsLog
{
    [LoggerMessage(
        2008,
        LogLevel.Information,
        "Grant '{Credential}': caller '{Caller}' exchanged a consent, which {Action} the grant, and received keys bound to it.",
        EventName = "GrantExchanged")]
    public static partial void Exchanged(this ILogger log, CredentialName credential, string caller, string action);

    [LoggerMessage(
        2009,
        LogLevel.Information,
        "Grant '{Credential}': caller '{Caller}' revoked it at Notion; the grant and its keys are deleted.",
        EventName = "GrantRevoked")]
    public static partial void Revoked(this ILogger log, CredentialName credential, string caller);

    [LoggerMessage(
        2013,
        LogLevel.Information,
        "Grant '{Credential}': caller '{Caller}' revoked its own keys; other applications hold keys for the grant, so it was not revoked at Notion.",
        EventName = "GrantKeysRevoked")]
    public static partial void KeysRevoked(this ILogger log, CredentialName credential, string caller);
}
