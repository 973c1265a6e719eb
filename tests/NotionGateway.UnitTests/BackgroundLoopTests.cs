using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests;

public sealed class BackgroundLoopTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly CapturedLogs _logs = new();

    [Fact]
    public async Task A_beat_that_fails_is_logged_and_the_next_one_comes()
    {
        using var loop = new Counting(_time, _logs.CreateLogger("loop")) { FailsUntil = 1 };
        await loop.StartAsync(TestContext.Current.CancellationToken);
        await BeatsAsync(loop, 1);
        await BeatsAsync(loop, 2);

        Assert.Equal("Counting", Assert.Single(_logs.Named("BackgroundTaskFailed")).Values["Task"]);
        Assert.False(loop.ExecuteTask!.IsCompleted);
        await loop.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task One_that_goes_on_failing_comes_ever_less_often_up_to_a_minute()
    {
        using var loop = new Counting(_time, _logs.CreateLogger("loop")) { FailsUntil = int.MaxValue };
        await loop.StartAsync(TestContext.Current.CancellationToken);
        for (var beat = 1; beat <= 9; beat++)
        {
            await BeatsAsync(loop, beat);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], _logs.Named("BackgroundTaskFailed").Select(line => ((TimeSpan)line.Values["Pause"]!).TotalSeconds));
        await loop.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Every_background_task_survives_in_this_way() => Assert.Empty(typeof(BackgroundLoop).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(BackgroundService)) && type != typeof(BackgroundLoop) && !type.IsSubclassOf(typeof(BackgroundLoop)))
        .Select(type => type.FullName));

    [Fact]
    public void Nothing_else_in_the_program_has_a_timer_of_its_own() => Assert.Equal(
        ["BackgroundLoop.cs"],
        Repository.Sources("src", "NotionGateway").Where(file => file.Text.Contains("PeriodicTimer", StringComparison.Ordinal)).Select(file => file.Path));

    /// <summary>Lets seconds pass until there have been so many runs.</summary>
    private async Task BeatsAsync(Counting loop, int beats)
    {
        for (var look = 0; loop.Beats < beats; look++)
        {
            Assert.True(look < 20_000_000, "Waited in vain.");
            if (look % 100 == 99)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Yield();
        }
    }

    private sealed class Counting(TimeProvider time, ILogger log) : BackgroundLoop(TimeSpan.FromSeconds(1), time, log)
    {
        private int _beats;

        public int FailsUntil { get; init; }

        public int Beats => Volatile.Read(ref _beats);

        protected override Task TickAsync(CancellationToken stopping) =>
            Interlocked.Increment(ref _beats) <= FailsUntil ? throw new InvalidOperationException("defect") : Task.CompletedTask;
    }
}
