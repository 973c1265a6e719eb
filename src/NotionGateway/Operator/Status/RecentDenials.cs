namespace NotionGateway.Operator.Status;

/// <summary>Which denials are counted together.</summary>
internal readonly record struct DenialKey(string Caller, string Reason, string? Key);

/// <summary>
/// The last denials one by one, those of the last minute by cause, and of each cause the last one: a loop of one caller must not hide what
/// happens to another.
/// </summary>
internal sealed class RecentDenials(int most, TimeProvider time)
{
    private const int MostCauses = 200;

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly Ring<StatusRequest> _last = new(most);
    private readonly RecentUse<DenialKey> _causes = new(MostCauses, time);
    private readonly BoundedCache<DenialKey, StatusRequest> _examples = new(MostCauses, Kept, time);

    public IReadOnlyList<StatusRequest> NewestFirst => _last.NewestFirst();

    public void Add(StatusRequest denial, string reason)
    {
        var cause = new DenialKey(denial.Caller, reason, denial.Key);
        _last.Add(denial);
        _causes.Add(cause, new Use { Requests = 1 });
        _examples.Set(cause, denial);
    }

    public IEnumerable<StatusDenials> LastMinute() => _causes.Sums().Select(cause =>
    {
        var example = _examples.TryGet(cause.Key, out var last) ? last : null;
        return new StatusDenials(cause.Key.Caller, cause.Key.Reason, cause.Key.Key, cause.Value.Requests, example?.Peer, example?.Id);
    });
}
