using Microsoft.Extensions.Time.Testing;
using NotionGateway.Forwarding;
using NotionGateway.Forwarding.Leaks;

namespace NotionGateway.UnitTests.Forwarding;

public sealed class BriefWaitTests
{
    private readonly FakeTimeProvider _time = new();
    private int _waited;

    [Fact]
    public async Task What_is_there_already_is_not_waited_for()
    {
        Assert.Equal("slow down", await ForAsync(_ => Task.FromResult("slow down")));
        Assert.Equal(0, _waited);
    }

    [Fact]
    public async Task What_comes_within_the_moment_is_read()
    {
        var body = new TaskCompletionSource<string>();
        var reading = ForAsync(_ => body.Task);
        Assert.Equal(1, _waited);
        _time.Advance(TimeSpan.FromSeconds(1.9));
        body.SetResult("slow down");
        Assert.Equal("slow down", await reading);
    }

    [Fact]
    public async Task What_does_not_come_is_done_without()
    {
        var reading = ForAsync(NeverAsync);
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(reading.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(await reading);
    }

    [Fact]
    public async Task What_breaks_off_is_done_without() =>
        Assert.Null(await ForAsync(_ => Task.FromException<string>(new HttpIOException(HttpRequestError.ResponseEnded))));

    [Fact]
    public async Task A_token_that_was_found_is_not_overlooked() =>
        await Assert.ThrowsAsync<TokenLeakException>(() => ForAsync(_ => Task.FromException<string>(new TokenLeakException())));

    [Fact]
    public async Task What_the_end_of_the_attempt_cuts_off_is_done_without()
    {
        using var ended = new CancellationTokenSource();
        var reading = ForAsync(NeverAsync, ended.Token);
        await ended.CancelAsync();
        Assert.Null(await reading);
    }

    private static Task<string> NeverAsync(CancellationToken stop) => new TaskCompletionSource<string>().Task.WaitAsync(stop);

    private Task<string?> ForAsync(Func<CancellationToken, Task<string>> read, CancellationToken cancellationToken = default) =>
        BriefWait.ForAsync(read, () => _waited++, _time, cancellationToken);
}
