using NotionSandbox.Connections;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Versions;

namespace NotionSandbox.Routing;

/// <summary>One row of the endpoint table: what is asked, what a connection must be allowed to do, and who answers.</summary>
internal sealed class NotionEndpoint(string method, string template, Capabilities needs, Func<Call, SandboxResponse> handler, Era era = Era.Always)
{
    private readonly string[] _segments = template.Split('/')[1..];

    public string Method => method;

    public string Template => template;

    public Capabilities Needs => needs;

    public Func<Call, SandboxResponse> Handler => handler;

    /// <summary>The names in braces, in order.</summary>
    public IReadOnlyList<string> PathNames { get; } =
        [.. template.Split('/').Where(segment => segment.StartsWith('{')).Select(segment => segment.Trim('{', '}'))];

    /// <summary>Takes an uploaded file instead of JSON.</summary>
    public bool TakesForm => template.EndsWith("/send", StringComparison.Ordinal);

    public bool Exists(NotionVersion version) => era switch
    {
        Era.BeforeDataSources => !version.HasDataSources,
        Era.SinceDataSources => version.HasDataSources,
        _ => true,
    };

    public bool Matches(string askedMethod, IReadOnlyList<string> path)
    {
        if (askedMethod != method || path.Count != _segments.Length)
        {
            return false;
        }

        for (var i = 0; i < _segments.Length; i++)
        {
            var isName = _segments[i][0] == '{';
            if (isName ? path[i].Length == 0 : path[i] != _segments[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What the path says in place of the names, decoded.</summary>
    public IReadOnlyList<string> Values(IReadOnlyList<string> path) =>
        PathNames.Count == 0 ? [] : [.. path.Where((_, place) => _segments[place][0] == '{').Select(RequestTarget.Decode)];
}
