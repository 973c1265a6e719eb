using NotionGateway.FlowControl.Budget;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>Which credentials use a connection queue and what each one's plan allows; the smallest counts. Touched under the table's lock.</summary>
internal sealed class QueueMembers
{
    private readonly List<(CredentialName Name, PermitLimit Limit)> _all = [];

    /// <summary>The bot behind them, once known.</summary>
    public string? Bot { get; set; }

    public IEnumerable<CredentialName> Names => _all.Select(member => member.Name);

    public int Count => _all.Count;

    /// <summary>The limit that is right for all of them.</summary>
    public PermitLimit Limit => _all.MinBy(member => member.Limit.Rate).Limit;

    public void Add(CredentialName name, PermitLimit limit)
    {
        Remove(name);
        _all.Add((name, limit));
    }

    public void Remove(CredentialName name) => _all.RemoveAll(member => member.Name == name);
}
