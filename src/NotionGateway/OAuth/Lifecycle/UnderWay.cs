using System.Collections.Concurrent;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>Calls that may return a pair of tokens: the process waits for them, even if the caller has hung up.</summary>
internal sealed class UnderWay
{
    private readonly ConcurrentDictionary<Task, byte> _running = new();

    private volatile bool _finishing;

    /// <summary>The process is about to end: nothing new that takes long may begin.</summary>
    public bool IsFinishing => _finishing;

    /// <summary>Starts the work once it is counted: what then finds <see cref="IsFinishing"/> unset is waited for.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running.TryAdd(running.Task, 0);
        try
        {
            return await work();
        }
        finally
        {
            _running.TryRemove(running.Task, out _);
            running.SetResult();
        }
    }

    /// <summary>Ends when nothing is in progress any longer, or when there is no more time.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        _finishing = true;
        while (!_running.IsEmpty && !cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAll(_running.Keys).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
