namespace NotionGateway.Credentials;

/// <summary>What an operator would want to know tomorrow about tokens; never the tokens.</summary>
internal static partial class CredentialsLog
{
    [LoggerMessage(3001, LogLevel.Information, "Credential '{Credential}': its source ({Source}) gave a new token; it is used from now on.", EventName = "CredentialRotated")]
    public static partial void Rotated(this ILogger log, CredentialName credential, string source);

    [LoggerMessage(3002, LogLevel.Warning, "Credential '{Credential}': its source ({Source}) gives no token: {Problem}. The last good token stays in use: {Kept}.", EventName = "CredentialSourceFailed")]
    public static partial void SourceFailed(this ILogger log, CredentialName credential, string source, string problem, bool kept);

    [LoggerMessage(3003, LogLevel.Information, "Credential '{Credential}': its source ({Source}) can be read again.", EventName = "CredentialSourceRecovered")]
    public static partial void SourceRecovered(this ILogger log, CredentialName credential, string source);

    [LoggerMessage(3004, LogLevel.Error, "Credential '{Credential}': Notion refuses its token, and a probe with it too. Requests that need it are answered 502 until a new token comes or a probe succeeds.", EventName = "CredentialQuarantined")]
    public static partial void Quarantined(this ILogger log, CredentialName credential);

    [LoggerMessage(3005, LogLevel.Information, "Credential '{Credential}': Notion accepts its token again.", EventName = "CredentialReleased")]
    public static partial void Released(this ILogger log, CredentialName credential);

    [LoggerMessage(3006, LogLevel.Warning, "Credential '{Credential}': the token does not look like one of Notion's (ntn_… or secret_…). It is tried all the same.", EventName = "CredentialUnusual")]
    public static partial void UnusualToken(this ILogger log, CredentialName credential);

    [LoggerMessage(
        3008,
        LogLevel.Warning,
        "Credential '{Credential}': its token could not be verified: {Problem}. The token stays as it is.",
        EventName = "CredentialNotVerified")]
    public static partial void NotVerified(this ILogger log, CredentialName credential, string problem);

    [LoggerMessage(3007, LogLevel.Error, "Credential '{Credential}': refreshing it failed in a way that was not foreseen.", EventName = "CredentialRefreshBroke")]
    public static partial void RefreshBroke(this ILogger log, CredentialName credential, Exception exception);
}
