using NotionSandbox.Recording;
using NotionSandbox.Routing;

namespace NotionSandbox.Faults;

/// <summary>A rule that is in force, and how often it has matched and struck so far.</summary>
internal sealed class ActiveFault(int number, FaultRule rule)
{
    public int Number => number;

    public FaultRule Rule => rule;

    public int Matched { get; private set; }

    public int Struck { get; private set; }

    public bool IsSpent => rule.Times is { } times && Struck >= times;

    /// <summary>Whether this request is one to strike. It counts as matched either way.</summary>
    public bool Takes(ReceivedRequest request, string path, NotionEndpoint? endpoint)
    {
        if (IsSpent || !Matches(request, path, endpoint) || ++Matched <= rule.Skip)
        {
            return false;
        }

        Struck++;
        return true;
    }

    private bool Matches(ReceivedRequest request, string path, NotionEndpoint? endpoint) =>
        (rule.Method is null || string.Equals(rule.Method, request.Method, StringComparison.OrdinalIgnoreCase))
        && (rule.Path is null || endpoint?.Template == rule.Path || path.StartsWith(rule.Path, StringComparison.Ordinal))
        && (rule.Connection is null || request.Connection?.Name == rule.Connection)
        && (rule.Token is null || request.Token == rule.Token);
}
