using System.Collections.Concurrent;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>What Notion may have answered with a pair of tokens: the process does not end before it, whoever has hung up.</summary>
internal sealed class UnderWay
{
    private readonly ConcurrentDictionary<Task, byte> _running = new();

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

    /// <summary>Ends when all has ended that is under way now, well or badly, or when there is no more time.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_running.Keys).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
