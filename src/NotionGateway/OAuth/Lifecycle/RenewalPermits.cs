using System.Collections.Concurrent;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>How many renewals run at a time in this process: one for each grant, and a few for each app.</summary>
internal sealed class RenewalPermits
{
    /// <summary>A renewal takes no permit: when all grants of an app end at once, Notion is asked for this many of them at a time.</summary>
    private const int AtOnceForAnApp = 16;

    /// <summary>Shared by grants whose ids fall together: there may be any number of grants, and few are renewed at once.</summary>
    private readonly SemaphoreSlim[] _grants = [.. Enumerable.Range(0, 1024).Select(_ => new SemaphoreSlim(1))];

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _apps = new(StringComparer.Ordinal);

    public Task<T> OfGrantAsync<T>(string id, Func<Task<T>> work) => InAsync(_grants[(uint)StringComparer.Ordinal.GetHashCode(id) % _grants.Length], work);

    public Task<T> OfAppAsync<T>(string app, Func<Task<T>> work) => InAsync(_apps.GetOrAdd(app, static _ => new SemaphoreSlim(AtOnceForAnApp)), work);

    private static async Task<T> InAsync<T>(SemaphoreSlim permits, Func<Task<T>> work)
    {
        await permits.WaitAsync();
        try
        {
            return await work();
        }
        finally
        {
            permits.Release();
        }
    }
}
