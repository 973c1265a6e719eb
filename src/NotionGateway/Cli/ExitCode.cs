namespace NotionGateway.Cli;

/// <summary>What the commands tell a script.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The answer is no: not healthy, a probe failed, the request would be refused, an address is taken.</summary>
    public const int Failed = 1;

    /// <summary>The configuration or the command line is wrong.</summary>
    public const int Misconfigured = 2;
}
