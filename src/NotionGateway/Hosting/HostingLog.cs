namespace NotionGateway.Hosting;

/// <summary>What happens to the program as a whole.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(
        9001,
        LogLevel.Information,
        "Notion Gateway {Version} listens: {Addresses}. Upstream: {Upstream}; callers: {Callers}; credentials: {Credentials}.",
        EventName = "Started")]
    public static partial void Started(this ILogger log, string version, string addresses, string upstream, int callers, int credentials);

    [LoggerMessage(9002, LogLevel.Warning, "Tokens will be sent to {Upstream}, which is not Notion's own address.", EventName = "UnusualUpstream")]
    public static partial void UnusualUpstream(this ILogger log, string upstream);

    [LoggerMessage(9003, LogLevel.Information, "Configuration reloaded; callers: {Callers}; credentials: {Credentials}.", EventName = "Reloaded")]
    public static partial void Reloaded(this ILogger log, int callers, int credentials);

    [LoggerMessage(
        9004,
        LogLevel.Error,
        "The changed configuration was rejected; keeping the previous configuration. Errors: {Count}. {Errors}",
        EventName = "ReloadRefused")]
    public static partial void ReloadRefused(this ILogger log, int count, string errors);

    [LoggerMessage(
        9006,
        LogLevel.Error,
        "Unexpected error while reading the changed configuration; keeping the previous configuration.",
        EventName = "ReloadBroke")]
    public static partial void ReloadBroke(this ILogger log, Exception exception);

    [LoggerMessage(9007, LogLevel.Information, "SIGHUP: reloading configuration and secrets.", EventName = "ReadingAgain")]
    public static partial void ReadingAgain(this ILogger log);

    [LoggerMessage(9008, LogLevel.Information, "SIGHUP: the terminal is closing; draining.", EventName = "TerminalGone")]
    public static partial void TerminalGone(this ILogger log);

    [LoggerMessage(
        9005,
        LogLevel.Warning,
        "The changed configuration differs in settings that only a restart applies: {Sections}. Restart the gateway to apply them.",
        EventName = "NeedsRestart")]
    public static partial void NeedsRestart(this ILogger log, string sections);

    [LoggerMessage(
        9009,
        LogLevel.Warning,
        "MaxConnections is {Connections}: the process may open at most {Descriptors} files and sockets (ulimit -Hn). "
            + "Raise that limit, or lower Gateway:Limits:MaxConnections.",
        EventName = "FewDescriptors")]
    public static partial void FewDescriptors(this ILogger log, long connections, long descriptors);
}
