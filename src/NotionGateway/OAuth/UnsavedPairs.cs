using System.Collections.Concurrent;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth;

/// <summary>
/// Pairs that Notion has given and that the store could not take. Notion gives each only once, so they are kept and tried again
/// until they are stored; nobody uses them before.
/// </summary>
internal sealed class UnsavedPairs(IGrantStore store, ILogger<UnsavedPairs> log)
{
    private readonly ConcurrentDictionary<string, (Grant Next, long Expected)> _all = new(StringComparer.Ordinal);

    public int Count => _all.Count;

    public bool Holds(string grantId) => _all.ContainsKey(grantId);

    /// <summary>Writes the pair; true once the store has an answer, whether it took the pair or had a newer one.</summary>
    public async Task<bool> SaveAsync(Grant next, long expected, CancellationToken cancellationToken)
    {
        try
        {
            var taken = await store.TrySwapAsync(next, expected, cancellationToken);
            if (_all.TryRemove(next.Id, out _))
            {
                log.SavedLate(next.Name, taken);
            }

            return true;
        }
        catch (GrantStoreException exception)
        {
            if (_all.TryAdd(next.Id, (next, expected)))
            {
                log.CannotSave(next.Name, exception.Message);
            }

            return false;
        }
    }

    /// <summary>Tries again what could not be written; true if nothing is left of this grant, or of all.</summary>
    public async Task<bool> RetryAsync(string? grantId, CancellationToken cancellationToken)
    {
        var done = true;
        foreach (var (id, (next, expected)) in _all)
        {
            if (grantId is null || id == grantId)
            {
                done &= await SaveAsync(next, expected, cancellationToken);
            }
        }

        return done;
    }
}
