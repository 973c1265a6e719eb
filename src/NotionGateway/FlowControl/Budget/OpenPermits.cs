namespace NotionGateway.FlowControl.Budget;

/// <summary>Permits that are taken, and neither sent nor given back: a handful, each for a moment, so a list is searched fastest.</summary>
internal sealed class OpenPermits
{
    private readonly List<PermitId> _all = [];

    public int Count => _all.Count;

    public IEnumerable<PermitId> All => _all;

    public void Add(PermitId permit) => _all.Add(permit);

    /// <summary>Whether the permit was open; it is no longer.</summary>
    public bool TryClose(PermitId permit)
    {
        var index = _all.LastIndexOf(permit);
        if (index < 0)
        {
            return false;
        }

        _all[index] = _all[^1];
        _all.RemoveAt(_all.Count - 1);
        return true;
    }
}
