
namespace NotionSandbox.Limits;

/// <summary>How many requests a fixed window lets through.</summary>
/// <param name="Size">Requests in one window.</param>
/// <param name="Window">Length of a window.</param>
/// <param name="Phase">Where windows begin, counted from the clock's whole windows; zero is the full minute for a minute.</param>
internal sealed record RequestLimit(int Size, TimeSpan Window, TimeSpan Phase = default)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static RequestLimit Standard { get; } = new(180, Minute);

    public static RequestLimit Business { get; } = new(600, Minute);
}
