using System.Collections.Concurrent;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>Calls that may return a pair of tokens: the process waits for them, even if the caller has hung up.</summary>
internal sealed class UnderWay
{
    private readonly ConcurrentDictionary<Task, byte> _running = new();

    private volatile bool _finishing;

    /// <summary>The process is about to end: nothing new that takes long may begin.</summary>
    public bool IsFinishing => _finishing;

    public async Task<T> RunAsync<T>(Task<T> running)
    {
        _running.TryAdd(running, 0);
        try
        {
            return await running;
        }
        finally
        {
            _running.TryRemove(running, out _);
        }
    }

    /// <summary>Ends when all has ended that is in progress now, well or badly, or when there is no more time.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        _finishing = true;
        await Task.WhenAll(_running.Keys).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
