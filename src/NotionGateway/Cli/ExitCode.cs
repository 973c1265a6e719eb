namespace NotionGateway.Cli;

/// <summary>The exit codes, for scripts.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The result is no: not healthy, a probe failed, the request would be denied, an address is taken.</summary>
    public const int Failed = 1;

    /// <summary>The configuration or the command line is wrong.</summary>
    public const int Misconfigured = 2;
}
