namespace NotionGateway.Access.Identities.Keys;

/// <summary>The log lines about issuers and their keys.</summary>
internal static partial class IssuerLog
{
    [LoggerMessage(1101, LogLevel.Information, "Issuer {Issuer}: keys read: {Keys}, {What}.", EventName = "IssuerKeysRead")]
    public static partial void KeysRead(this ILogger log, string issuer, int keys, string what);

    [LoggerMessage(
        1102, LogLevel.Warning, "Issuer {Issuer}: its keys cannot be read from {Place}: {Problem}. Effect: {Effect}.", EventName = "IssuerKeysNotRead")]
    public static partial void KeysNotRead(this ILogger log, string issuer, string place, string problem, string effect);
}
