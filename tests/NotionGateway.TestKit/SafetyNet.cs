namespace NotionGateway.TestKit;

/// <summary>Ends a wait for something that never happens. It measures nothing: no test depends on how fast the machine is.</summary>
internal static class SafetyNet
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>Looks until the condition holds.</summary>
    public static Task UntilAsync(Func<bool> condition, Func<string> message) => UntilAsync(() => Task.FromResult(condition()), message);

    /// <summary>Looks until the condition holds.</summary>
    public static Task UntilAsync(Func<Task<bool>> condition, Func<string> message) =>
        UntilAsync(condition, () => Task.Delay(TimeSpan.FromMilliseconds(20)), message);

    /// <summary>Looks until the condition holds, and lets <paramref name="between"/> run between two looks.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<Task> between, Func<string> message)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(since) > Timeout)
            {
                throw new TimeoutException(message());
            }

            await between();
        }
    }
}
