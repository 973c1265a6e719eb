namespace NotionGateway.OAuth.Connect;

/// <summary>The log lines about people who connect. They contain names, ids and fixed words; never a link, a state, a code, a cookie or a query.</summary>
internal static partial class ConnectLog
{
    [LoggerMessage(EventId = 2100, EventName = "ConnectRequest", Message = "Connect {Route} -> {Status} {Outcome} in {ElapsedMs:0.0} ms{Problem}")]
    public static partial void Request(
        this ILogger log, LogLevel level, string route, int status, string outcome, double elapsedMs, string problem, Exception? exception);

    [LoggerMessage(2101, LogLevel.Warning, "Suppressed messages about requests to the connect listener: {LeftOut}.", EventName = "ConnectRequestsLeftOut")]
    public static partial void LeftOut(this ILogger log, int leftOut);

    [LoggerMessage(
        2110,
        LogLevel.Information,
        "{Action} '{Credential}': workspace {WorkspaceId} ('{WorkspaceName}'), allowed by '{Owner}', bot {BotId}, with a link for '{LinkName}'.",
        EventName = "Connected")]
    public static partial void Connected(
        this ILogger log, string action, CredentialName credential, string workspaceId, string? workspaceName, string? owner, string botId,
        CredentialName linkName);

    [LoggerMessage(2111, LogLevel.Information, "Connecting '{Credential}': the person cancelled at Notion.", EventName = "ConnectCancelled")]
    public static partial void Cancelled(this ILogger log, CredentialName credential);

    [LoggerMessage(2112, LogLevel.Warning, "Connecting '{Credential}': Notion returned the error {Error}.", EventName = "ConnectRefused")]
    public static partial void Refused(this ILogger log, CredentialName credential, string error);

    [LoggerMessage(2113, LogLevel.Warning, "Connecting '{Credential}': the code could not be exchanged: {Problem}.", EventName = "ConnectExchangeFailed")]
    public static partial void ExchangeFailed(this ILogger log, CredentialName credential, string problem);

    [LoggerMessage(2114, LogLevel.Warning, "Connecting '{Credential}': nothing was connected: {Outcome}.", EventName = "ConnectEnded")]
    public static partial void Ended(this ILogger log, CredentialName credential, string outcome);

    [LoggerMessage(
        2115,
        LogLevel.Error,
        "Connecting '{Credential}': Notion approved, but the grant could not be stored: {Problem}. "
        + "Fix the store, then have the person connect again; a new link may be needed.",
        EventName = "ConnectNotStored")]
    public static partial void NotStored(this ILogger log, CredentialName credential, string problem);

    [LoggerMessage(
        2116,
        LogLevel.Warning,
        "Connecting '{Credential}': the consent for workspace {WorkspaceId} could not be stored; {Result}.",
        EventName = "ConnectTakenBack")]
    public static partial void TakenBack(this ILogger log, CredentialName credential, string workspaceId, string result);
}
