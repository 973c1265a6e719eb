using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Sqlite;

namespace NotionGateway.UnitTests.OAuth.Store.Sqlite;

/// <summary>A read that waits for the file occupies only a few threads of its own.</summary>
public sealed class SqliteReadingTests : IDisposable
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(20);

    private readonly SqliteFolder _folder = new();

    [Fact]
    public async Task The_one_who_asks_goes_on_while_the_file_is_read()
    {
        using var store = await _folder.OpenAsync();
        using var file = new SqliteFile(new SqliteStoreSettings(_folder.FilePath));
        using var askedForMore = new ManualResetEventSlim();

        var read = file.ReadAsync(_ => askedForMore.Wait(LongEnough), TestContext.Current.CancellationToken);
        askedForMore.Set();

        Assert.True(await read);
    }

    [Fact]
    public async Task Reads_that_wait_hold_few_threads()
    {
        using var store = await _folder.OpenAsync();
        using var file = new SqliteFile(new SqliteStoreSettings(_folder.FilePath));
        using var unlocked = new ManualResetEventSlim();
        var (now, most) = (0, 0);
        var lastOfTheFirst = new TaskCompletionSource();

        var reads = Enumerable.Range(0, 20).Select(_ => file.ReadAsync(
            _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                if (most == 2)
                {
                    lastOfTheFirst.TrySetResult();
                }

                unlocked.Wait(LongEnough);
                return Interlocked.Decrement(ref now);
            },
            TestContext.Current.CancellationToken)).ToArray();
        await lastOfTheFirst.Task;
        unlocked.Set();

        // On a busy machine those behind them may have waited too long, and are told so.
        await Task.WhenAll(reads.Select(read => read.ContinueWith(ended => ended.Exception?.Handle(e => e is GrantStoreException), TaskScheduler.Default)));
        Assert.Equal(2, most);
    }

    public void Dispose() => _folder.Dispose();
}
