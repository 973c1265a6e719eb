using System.Collections.Concurrent;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>How storing a pair ended.</summary>
internal enum SaveOutcome
{
    /// <summary>The store has it.</summary>
    Taken,

    /// <summary>The store has a newer pair, or the grant was deleted.</summary>
    Superseded,

    /// <summary>The store failed: the pair is kept here and storing it is retried.</summary>
    Kept,
}

/// <summary>
/// Token pairs from Notion that could not be stored. Notion issues each only once, so they are kept and storing them is
/// retried until it succeeds; they are not used before.
/// </summary>
internal sealed class PendingTokenWrites(IGrantStore store, ILogger<PendingTokenWrites> log)
{
    private readonly ConcurrentDictionary<string, (Grant Before, Grant Next)> _all = new(StringComparer.Ordinal);

    public int Count => _all.Count;

    /// <summary>Replaces what was before by what is next.</summary>
    public async Task<SaveOutcome> SaveAsync(Grant before, Grant next, CancellationToken cancellationToken)
    {
        try
        {
            var taken = await store.TrySwapAsync(next, before.Version, cancellationToken) || await ReviveAsync(before, next, cancellationToken);
            if (_all.TryRemove(next.Id, out _))
            {
                log.SavedLate(next.Name, taken ? "is stored now" : "was discarded: the store has a newer one, or the grant was deleted");
            }

            return taken ? SaveOutcome.Taken : SaveOutcome.Superseded;
        }
        catch (GrantStoreException exception)
        {
            if (!_all.ContainsKey(next.Id))
            {
                log.CannotSave(next.Name, exception.Message);
            }

            // The newest is the one that counts at Notion.
            _all[next.Id] = (before, next);
            return SaveOutcome.Kept;
        }
    }

    /// <summary>Retries what could not be stored; true if nothing is left for this grant, or for all.</summary>
    public async Task<bool> RetryAsync(string? grantId, CancellationToken cancellationToken)
    {
        var done = true;
        foreach (var (id, (before, next)) in _all)
        {
            if (grantId is null || id == grantId)
            {
                done &= await SaveAsync(before, next, cancellationToken) != SaveOutcome.Kept;
            }
        }

        return done;
    }

    /// <summary>
    /// Another process may have marked the grant as lost because the pair that this process received was not in the store yet:
    /// then the pair makes the grant usable again.
    /// </summary>
    private async Task<bool> ReviveAsync(Grant before, Grant next, CancellationToken cancellationToken) =>
        await store.FindByIdAsync(next.Id, cancellationToken) is { State: GrantState.Lost } lost
        && lost.Secrets.AccessToken.AsSpan().SequenceEqual(before.Secrets.AccessToken)
        && await store.TrySwapAsync(next, lost.Version, cancellationToken);
}
