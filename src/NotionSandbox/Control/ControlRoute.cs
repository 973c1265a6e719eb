using System.Text.Json.Nodes;
using NotionSandbox.Requests;

namespace NotionSandbox.Control;

/// <summary>One row of the control plane's table.</summary>
internal sealed record ControlRoute(string Method, string Template, Func<ControlCall, JsonNode> Handler)
{
    private readonly string[] _segments = Template.Split('/');

    public bool Matches(string method, IReadOnlyList<string> path) =>
        Method == method && path.Count == _segments.Length && path.Zip(_segments).All(pair => pair.Second is "*" || pair.First == pair.Second);

    public IReadOnlyList<string> Values(IReadOnlyList<string> path) =>
        [.. path.Where((_, place) => _segments[place] is "*").Select(RequestTarget.Decode)];
}
