namespace NotionGateway.OAuth.Lifecycle;

/// <summary>What operators need to know about grants; never a token, a code or a key.</summary>
internal static partial class OAuthLog
{
    [LoggerMessage(
        2001,
        LogLevel.Information,
        "Grant '{Credential}': its token pair was renewed and stored; the new pair is in use now.",
        EventName = "GrantRefreshed")]
    public static partial void Refreshed(this ILogger log, CredentialName credential);

    [LoggerMessage(
        2002,
        LogLevel.Warning,
        "Grant '{Credential}': its token has expired and could not be renewed: {Problem}. The next request retries.",
        EventName = "GrantRefreshFailed")]
    public static partial void RefreshFailed(this ILogger log, CredentialName credential, string problem);

    [LoggerMessage(2003, LogLevel.Error, "Grant '{Credential}' is lost: {Problem}. {Remedy}.", EventName = "GrantLost")]
    public static partial void Lost(this ILogger log, CredentialName credential, string problem, string remedy);

    [LoggerMessage(
        2004,
        LogLevel.Critical,
        "Grant '{Credential}': its new token pair could not be stored: {Problem}. "
        + "It is kept in memory and storing it is retried; if the process ends first, the grant is lost. Fix the store now.",
        EventName = "GrantNotStored")]
    public static partial void CannotSave(this ILogger log, CredentialName credential, string problem);

    [LoggerMessage(
        2005,
        LogLevel.Information,
        "Grant '{Credential}': the token pair that could not be stored {Outcome}.",
        EventName = "GrantStoredLate")]
    public static partial void SavedLate(this ILogger log, CredentialName credential, string outcome);

    [LoggerMessage(
        2006,
        LogLevel.Error,
        "Grant '{Credential}' cannot be read from the store: {Problem}. "
        + "Continuing with the grant in memory; new grants are not available. Fix the store.",
        EventName = "GrantNotRead")]
    public static partial void CannotRead(this ILogger log, CredentialName credential, string problem);

    [LoggerMessage(
        2007,
        LogLevel.Error,
        "A key bound to a grant cannot be looked up: {Problem}. Keys in memory are still accepted; others are denied. Fix the store.",
        EventName = "BoundKeyNotRead")]
    public static partial void CannotReadKeys(this ILogger log, string problem);

    [LoggerMessage(
        2014,
        LogLevel.Critical,
        "Grant '{Credential}': a new consent could not be stored: {Problem}. "
        + "Its tokens are kept in memory and storing them is retried each second; if the process ends first, the person must connect again. Fix the store now.",
        EventName = "ConsentNotStored")]
    public static partial void CannotSaveConsent(this ILogger log, CredentialName credential, string problem);

    [LoggerMessage(2015, LogLevel.Error, "Grant '{Credential}': a consent that was kept in memory was discarded: {Problem}.", EventName = "ConsentDropped")]
    public static partial void ConsentDropped(this ILogger log, CredentialName credential, string problem);

    [LoggerMessage(
        2017,
        LogLevel.Critical,
        "Grant '{Credential}': the store has version {Stored} of it, and version {Seen} was read from it before: it has lost a token pair. "
        + "The newer pair was written back. If the store was not restored from a backup, its replication is not synchronous.",
        EventName = "GrantStoreWentBack")]
    public static partial void StoreWentBack(this ILogger log, CredentialName credential, long stored, long seen);

    [LoggerMessage(
        2020,
        LogLevel.Information,
        "Grant '{Credential}' was deleted while its token pair was being renewed: {Outcome}",
        EventName = "GrantDeletedDuringRefresh")]
    public static partial void RefreshedTooLate(this ILogger log, CredentialName credential, string outcome);

    [LoggerMessage(2010, LogLevel.Error, "{Operation} failed in the grant store: {Problem}", EventName = "OAuthStoreFailed")]
    public static partial void StoreFailed(this ILogger log, string operation, string problem);
}
