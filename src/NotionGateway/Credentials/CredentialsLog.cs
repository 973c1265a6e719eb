namespace NotionGateway.Credentials;

/// <summary>What operators need to know about tokens; never the tokens.</summary>
internal static partial class CredentialsLog
{
    [LoggerMessage(
        3001,
        LogLevel.Information,
        "Credential '{Credential}': its source ({Source}) returned a new token; it is in use now.",
        EventName = "CredentialRotated")]
    public static partial void Rotated(this ILogger log, CredentialName credential, string source);

    [LoggerMessage(
        3002,
        LogLevel.Warning,
        "Credential '{Credential}': its source ({Source}) could not be read: {Problem}; {Effect}.",
        EventName = "CredentialSourceFailed")]
    public static partial void SourceFailed(this ILogger log, CredentialName credential, string source, string problem, string effect);

    [LoggerMessage(3003, LogLevel.Information, "Credential '{Credential}': its source ({Source}) can be read again.", EventName = "CredentialSourceRecovered")]
    public static partial void SourceRecovered(this ILogger log, CredentialName credential, string source);

    [LoggerMessage(
        3004,
        LogLevel.Error,
        "Credential '{Credential}': Notion rejects its token, also in a probe. "
            + "Requests that need it get 502 until a new token is available or a probe succeeds.",
        EventName = "CredentialQuarantined")]
    public static partial void Quarantined(this ILogger log, CredentialName credential);

    [LoggerMessage(3005, LogLevel.Information, "Credential '{Credential}': Notion accepts its token again.", EventName = "CredentialReleased")]
    public static partial void Released(this ILogger log, CredentialName credential);

    [LoggerMessage(
        3006,
        LogLevel.Warning,
        "Credential '{Credential}': the token does not look like a Notion token (ntn_… or secret_…). Trying it anyway.",
        EventName = "CredentialUnusual")]
    public static partial void UnusualToken(this ILogger log, CredentialName credential);

    [LoggerMessage(
        3008,
        LogLevel.Warning,
        "Credential '{Credential}': its token could not be verified: {Problem}. The token stays in use.",
        EventName = "CredentialNotVerified")]
    public static partial void NotVerified(this ILogger log, CredentialName credential, string problem);

    [LoggerMessage(3007, LogLevel.Error, "Credential '{Credential}': unexpected error during a refresh.", EventName = "CredentialRefreshBroke")]
    public static partial void RefreshBroke(this ILogger log, CredentialName credential, Exception exception);
}
