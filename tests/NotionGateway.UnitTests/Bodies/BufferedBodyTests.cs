using System.Buffers;
using NotionGateway.Bodies;
using NotionGateway.Settings;

namespace NotionGateway.UnitTests.Bodies;

public sealed class BufferedBodyTests
{
    private readonly BodyBudget _budget = new(new LimitsOptions { MaxBufferedBytes = 1_000_000, MaxConnections = 1 }, () => []);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(100_000)]
    public async Task A_body_is_kept_whole_and_can_be_opened_again(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        foreach (var announced in new long?[] { length, null })
        {
            using var body = new BufferedBody(_budget, "crm", 1);
            Assert.Equal(BodyReading.Complete, await body.FillAsync(new MemoryStream(bytes), announced, 100_000, CancellationToken.None));
            Assert.Equal(bytes, await ReadAllAsync(body));
            Assert.Equal(bytes, await ReadAllAsync(body));
        }

        Assert.Equal(0, _budget.Taken);
    }

    [Theory]
    [InlineData(101L)]
    [InlineData(null)]
    public async Task A_body_over_the_bound_is_not_kept(long? announced)
    {
        using var body = new BufferedBody(_budget, "crm", 1);
        Assert.Equal(BodyReading.TooLarge, await body.FillAsync(new MemoryStream(new byte[101]), announced, 100, CancellationToken.None));
    }

    [Fact]
    public async Task All_bodies_together_stay_under_the_budget()
    {
        var bodies = Enumerable.Range(0, 20).Select(_ => new BufferedBody(_budget, "crm", 1)).ToList();
        var readings = new List<BodyReading>();
        foreach (var body in bodies)
        {
            readings.Add(await body.FillAsync(new MemoryStream(new byte[100_000]), null, 200_000, CancellationToken.None));
        }

        Assert.Contains(BodyReading.Complete, readings);
        Assert.Contains(BodyReading.NoMemory, readings);
        Assert.True(_budget.Taken <= 1_000_000);
        bodies.ForEach(body => body.Dispose());
        Assert.Equal(0, _budget.Taken);
    }

    [Fact]
    public async Task Memory_is_taken_for_what_has_come_and_not_for_what_is_announced()
    {
        using var body = new BufferedBody(_budget, "crm", 1);
        var slow = new SlowStream();
        var reading = body.FillAsync(slow, 900_000, 900_000, CancellationToken.None);

        slow.Come(1);
        Assert.Equal(4096, _budget.Taken);
        slow.Come(4095);
        slow.Come(10);
        Assert.Equal(8192, _budget.Taken);
        slow.End();

        Assert.Equal(BodyReading.Complete, await reading);
    }

    [Fact]
    public async Task A_body_that_is_being_read_gives_way_to_the_caller_that_holds_less()
    {
        using var greedy = new BufferedBody(_budget, "greedy", 1);
        using var modest = new BufferedBody(_budget, "modest", 2);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(greedy.Taken);
        var slow = new SlowStream();
        var reading = greedy.FillAsync(slow, null, 900_000, giveUp.Token);
        slow.Come(4096);
        slow.Come(300_000);
        Assert.Equal(524_288, _budget.Taken);

        Assert.Equal(BodyReading.Complete, await modest.FillAsync(new MemoryStream(new byte[400_000]), null, 900_000, CancellationToken.None));

        Assert.Equal(BodyReading.NoMemory, await reading);
        Assert.InRange(_budget.Taken, 400_000, 600_000);

        // The other way round it holds on to what it has, though there is no room.
        using var again = new BufferedBody(_budget, "modest", 1);
        Assert.Equal(BodyReading.NoMemory, await again.FillAsync(new MemoryStream(new byte[600_000]), null, 900_000, CancellationToken.None));
    }

    [Fact]
    public async Task A_body_that_has_been_read_whole_cannot_be_taken_away()
    {
        using var body = new BufferedBody(_budget, "crm", 1);
        Assert.Equal(BodyReading.Complete, await body.FillAsync(new MemoryStream([1, 2, 3]), 3, 100, CancellationToken.None));

        Assert.False(body.TakeAway());

        Assert.False(body.Taken.IsCancellationRequested);
        Assert.Equal([1, 2, 3], body.Bytes.ToArray());
        Assert.Equal([1, 2, 3], await ReadAllAsync(body));
    }

    [Fact]
    public async Task However_reading_and_taking_away_meet_a_body_is_whole_or_refused()
    {
        for (var round = 0; round < 2000; round++)
        {
            using var body = new BufferedBody(_budget, "crm", 1, new WatchedPages { Returned = page => Array.Fill(page, (byte)'!') });
            var taken = false;
            var reading = Task.Run(async () => await body.FillAsync(new MemoryStream([7, 7, 7]), 3, 100, CancellationToken.None));
            await Task.WhenAll(reading, Task.Run(() => SpinWait.SpinUntil(() => (taken = body.Held > 0 && body.TakeAway()) || reading.IsCompleted)));

            Assert.Equal(taken ? BodyReading.NoMemory : BodyReading.Complete, await reading);
            Assert.Equal(taken ? [] : [7, 7, 7], body.Bytes.ToArray());
        }

        Assert.Equal(0, _budget.Taken);
    }

    [Fact]
    public async Task A_page_that_goes_back_cannot_be_written_any_more()
    {
        var pages = new WatchedPages();
        using var body = new BufferedBody(_budget, "crm", 1, pages);
        await body.FillAsync(new MemoryStream(new byte[10]), 10, 100, CancellationToken.None);
        using var written = new MemoryStream();

        // At this moment the page belongs to the next request.
        pages.Returned = _ => Assert.Throws<ObjectDisposedException>(() => body.WriteToAsync(written, CancellationToken.None).GetAwaiter().GetResult());
        body.Dispose();
        body.Dispose();

        Assert.Equal(1, pages.Returns);
        Assert.Equal(0, written.Length);
        Assert.Equal(0, _budget.Taken);
    }

    [Fact]
    public async Task A_page_that_is_still_being_written_does_not_go_back()
    {
        var pages = new WatchedPages();
        using var body = new BufferedBody(_budget, "crm", 1, pages);
        await body.FillAsync(new MemoryStream([1, 2, 3]), 3, 100, CancellationToken.None);
        var slow = new SlowStream();
        var writing = body.WriteToAsync(slow, CancellationToken.None);

        body.Dispose();
        Assert.Equal(0, pages.Returns);
        slow.End();
        await writing;

        Assert.Equal(0, pages.Returns);
        Assert.Equal(0, _budget.Taken);
    }

    [Fact]
    public async Task However_giving_back_and_writing_meet_nobody_elses_bytes_are_written()
    {
        for (var round = 0; round < 2000; round++)
        {
            // A returned page is filled at once with what another caller might have sent.
            var pages = new WatchedPages { Returned = page => Array.Fill(page, (byte)'!') };
            var body = new BufferedBody(_budget, "crm", 1, pages);
            Assert.Equal(BodyReading.Complete, await body.FillAsync(new MemoryStream([7, 7, 7]), 3, 100, CancellationToken.None));
            var written = new MemoryStream();
            await Task.WhenAll(
                Task.Run(async () =>
                {
                    try
                    {
                        await body.WriteToAsync(written, CancellationToken.None);
                    }
                    catch (ObjectDisposedException)
                    {
                        // It came too late.
                    }
                }),
                Task.Run(body.Dispose),
                Task.Run(body.Dispose));

            Assert.All(written.ToArray(), value => Assert.Equal(7, value));
            Assert.InRange(pages.Returns, 0, 1);
        }

        Assert.Equal(0, _budget.Taken);
    }

    private static async Task<byte[]> ReadAllAsync(BufferedBody body)
    {
        using var copy = new MemoryStream();
        await body.WriteToAsync(copy, CancellationToken.None);
        return copy.ToArray();
    }

    /// <summary>A pool that lends each page once and reports its return.</summary>
    private sealed class WatchedPages : ArrayPool<byte>
    {
        private int _returns;

        public Action<byte[]>? Returned { get; set; }

        public int Returns => _returns;

        public override byte[] Rent(int minimumLength) => new byte[minimumLength];

        public override void Return(byte[] array, bool clearArray = false)
        {
            Interlocked.Increment(ref _returns);
            Returned?.Invoke(array);
        }
    }

    /// <summary>Gives and takes bytes when the test says so.</summary>
    private sealed class SlowStream : MemoryStream
    {
        private TaskCompletionSource<int> _next = new();

        public void Come(int bytes)
        {
            while (bytes > 0)
            {
                var part = Math.Min(bytes, _asked);
                bytes -= part;
                Release(part);
            }
        }

        public void End() => Release(0);

        private int _asked;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _asked = buffer.Length;
            return await _next.Task.WaitAsync(cancellationToken);
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => await _next.Task;

        private void Release(int bytes)
        {
            var now = _next;
            _next = new();
            now.SetResult(bytes);
        }
    }
}
