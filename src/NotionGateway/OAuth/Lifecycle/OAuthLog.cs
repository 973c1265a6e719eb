namespace NotionGateway.OAuth.Lifecycle;

/// <summary>What an operator would want to know tomorrow about grants; never a token, a code or a key.</summary>
internal static partial class OAuthLog
{
    [LoggerMessage(2001, LogLevel.Information, "Grant '{Credential}': its pair of tokens was renewed; the new one is stored and used from now on.", EventName = "GrantRefreshed")]
    public static partial void Refreshed(this ILogger log, CredentialName credential);

    [LoggerMessage(2002, LogLevel.Warning, "Grant '{Credential}': its token has ended and could not be renewed: {Problem}. The next request tries again.", EventName = "GrantRefreshFailed")]
    public static partial void RefreshFailed(this ILogger log, CredentialName credential, string problem);

    [LoggerMessage(2003, LogLevel.Error, "Grant '{Credential}' is lost: {Problem}. {Remedy}.", EventName = "GrantLost")]
    public static partial void Lost(this ILogger log, CredentialName credential, string problem, string remedy);

    [LoggerMessage(2004, LogLevel.Critical, "Grant '{Credential}': Notion gave a new pair of tokens and the store does not take it: {Problem}. It is kept in memory and tried again; if the process ends before, the grant is lost. Mend the store now.", EventName = "GrantNotStored")]
    public static partial void CannotSave(this ILogger log, CredentialName credential, string problem);

    [LoggerMessage(2005, LogLevel.Information, "Grant '{Credential}': the pair that could not be stored is settled (stored now: {Taken}).", EventName = "GrantStoredLate")]
    public static partial void SavedLate(this ILogger log, CredentialName credential, bool taken);

    [LoggerMessage(2006, LogLevel.Error, "Grant '{Credential}' cannot be read from the store: {Problem}. What is in memory goes on serving: {InMemory}.", EventName = "GrantNotRead")]
    public static partial void CannotRead(this ILogger log, CredentialName credential, string problem, bool inMemory);

    [LoggerMessage(2007, LogLevel.Error, "A key that stands for a grant cannot be looked up: {Problem}. It is remembered and goes on serving: {InMemory}.", EventName = "BoundKeyNotRead")]
    public static partial void CannotReadKeys(this ILogger log, string problem, bool inMemory);

    [LoggerMessage(
        2014,
        LogLevel.Critical,
        "Grant '{Credential}': a new consent could not be stored: {Problem}. "
        + "Its tokens are kept in memory and storing them is retried each second; if the process ends first, the person must connect again. Fix the store now.",
        EventName = "ConsentNotStored")]
    public static partial void CannotSaveConsent(this ILogger log, CredentialName credential, string problem);

    [LoggerMessage(2015, LogLevel.Error, "Grant '{Credential}': a consent that was kept in memory was given up: {Problem}.", EventName = "ConsentDropped")]
    public static partial void ConsentDropped(this ILogger log, CredentialName credential, string problem);

    [LoggerMessage(2010, LogLevel.Error, "{Operation} failed on the store of grants: {Problem}", EventName = "OAuthStoreFailed")]
    public static partial void StoreFailed(this ILogger log, string operation, string problem);
}
