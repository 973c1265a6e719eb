using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace NotionGateway.TestKit;

/// <summary>
/// Time that stands still until the test moves it. What waits by this clock ends when the test says so, however busy the machine is;
/// sockets, TLS and HTTP clients keep their own time.
/// </summary>
internal sealed class TestClock() : FakeTimeProvider(System.GetUtcNow())
{
    /// <summary>Between two steps real sockets do their work.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<TimeSpan> _waits = new();

    /// <summary>How far the test has moved it.</summary>
    public TimeSpan Elapsed => GetUtcNow() - Start;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(base.CreateTimer(callback, state, dueTime, period), _waits);
        _waits.Enqueue(dueTime);
        return timer;
    }

    /// <summary>
    /// Waits until something, or so many things, have begun to wait for exactly this long: a step that was made before would not count for them.
    /// </summary>
    public Task WaitBegunAsync(TimeSpan span, int times = 1) => SafetyNet.UntilAsync(
        () => Task.FromResult(_waits.Count(wait => wait == span) >= times),
        () => Task.Delay(Pause),
        () => $"{times} waits of {span} have not begun, but these: {string.Join(", ", _waits.TakeLast(20))}");

    /// <summary>Moves on as real time does, so many times as fast at most: on a busy machine it is slower, like everything else.</summary>
    public async Task FlowAsync(int times, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(Pause, CancellationToken.None);
            Advance(Pause * times);
        }
    }

    /// <summary>Moves on in small steps until the condition holds.</summary>
    public Task AdvanceUntilAsync(Func<bool> condition, string what, TimeSpan? step = null) =>
        AdvanceUntilAsync(() => Task.FromResult(condition()), () => what, step);

    /// <summary>Moves on in small steps until the condition holds.</summary>
    public Task AdvanceUntilAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan? step = null) => SafetyNet.UntilAsync(
        condition,
        async () =>
        {
            await Task.Delay(Pause);
            Advance(step ?? Step);
        },
        () => $"{Elapsed} of fake time have passed without {what()}");

    /// <summary>Moves on in small steps until the task has ended.</summary>
    public async Task<T> RunAsync<T>(Task<T> task, TimeSpan? step = null)
    {
        await RunAsync((Task)task, step);
        return await task;
    }

    /// <summary>Moves on in small steps until the task has ended.</summary>
    public async Task RunAsync(Task task, TimeSpan? step = null)
    {
        await AdvanceUntilAsync(() => task.IsCompleted, "the end of a task", step);
        await task;
    }

    private sealed class Timer(ITimer timer, ConcurrentQueue<TimeSpan> waits) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            waits.Enqueue(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
