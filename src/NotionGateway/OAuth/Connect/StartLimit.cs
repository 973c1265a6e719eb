using NotionGateway.Browsers;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Connect;

/// <summary>Limits how often one link can be started, and so the rows in the store: a number of starts in the time that a start is valid.</summary>
internal sealed class StartLimit(TimeProvider time)
{
    public const int Most = 20;

    private readonly AttemptLimit<KeyDigest> _starts = new(Most, ConsentStart.Timeout, KeyLimits.Links, time);

    public bool TryTake(KeyDigest link) => _starts.TryTake(link);
}
