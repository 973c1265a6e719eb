namespace NotionSandbox.Requests;

/// <summary>A request's target, cut in path segments and query, and nothing decoded but what is asked for.</summary>
internal sealed class RequestTarget
{
    private readonly string _path;

    public RequestTarget(string raw)
    {
        var question = raw.IndexOf('?', StringComparison.Ordinal);
        _path = question < 0 ? raw : raw[..question];
        Query = question < 0 ? TargetQuery.Empty : TargetQuery.Parse(raw[(question + 1)..]);
        Segments = _path.Split('/')[1..];
    }

    /// <summary>The text between the slashes, as sent.</summary>
    public IReadOnlyList<string> Segments { get; }

    public TargetQuery Query { get; }

    public string Path => _path;

    public static string Decode(string segment) => Uri.UnescapeDataString(segment);
}
