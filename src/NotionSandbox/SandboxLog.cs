namespace NotionSandbox;

/// <summary>What the sandbox logs, when it was given somewhere to log to.</summary>
internal static partial class SandboxLog
{
    [LoggerMessage(EventId = 9901, EventName = "Surprise", Level = LogLevel.Error, Message = "The sandbox itself failed; the caller was answered 500.")]
    public static partial void Surprise(this ILogger logger, Exception exception);
}
