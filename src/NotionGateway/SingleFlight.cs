namespace NotionGateway;

/// <summary>One run of some work serves everybody who asks for it while it runs. The work does not belong to any one caller, so none can cancel it.</summary>
internal sealed class SingleFlight<T>
{
    private readonly Lock _starting = new();
    private Task<T>? _running;

    /// <summary>The run that is in progress, or the last one; null before the first.</summary>
    public Task<T>? Running => _running;

    public Task<T> RunAsync(Func<Task<T>> work)
    {
        lock (_starting)
        {
            if (_running is null or { IsCompleted: true })
            {
                // Off this thread: nothing of the work may run under the lock.
                _running = Task.Run(work);
            }

            return _running;
        }
    }
}
