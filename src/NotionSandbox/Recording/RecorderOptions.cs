namespace NotionSandbox.Recording;

/// <summary>How much the recorder remembers; whichever bound is reached first makes it forget the oldest requests.</summary>
internal sealed record RecorderOptions
{
    /// <summary>Requests kept. Default 10,000.</summary>
    public int Capacity { get; init; } = 10_000;

    /// <summary>Bytes kept in all. Default 64 MiB.</summary>
    public long Memory { get; init; } = 64L * 1024 * 1024;

    /// <summary>Bytes kept of one body. Default 1 MiB.</summary>
    public int BodyLimit { get; init; } = 1024 * 1024;

    /// <summary>Whether bodies are kept at all; off for benchmarks. Default on.</summary>
    public bool Bodies { get; init; } = true;
}
