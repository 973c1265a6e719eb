using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Bodies;
using NotionGateway.Caching;
using NotionGateway.Caching.Store;
using NotionGateway.Caching.Tags;
using NotionGateway.Forwarding.Sharing;
using NotionGateway.Notion;
using NotionGateway.Settings;

namespace NotionGateway.UnitTests.Caching.Store;

/// <summary>The memory that the process really needs for stored responses, beside what the settings allow.</summary>
[Collection(nameof(CacheMemoryTests))]
[CollectionDefinition(nameof(CacheMemoryTests), DisableParallelization = true)]
public sealed class CacheMemoryTests
{
    private const int MaxBytes = 64 * 1_048_576;

    private readonly BodyBudget _budget = new(new LimitsOptions { MaxBufferedBytes = 2 * MaxBytes, MaxConnections = 1 }, () => []);

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(1_000_000, 20)]
    [InlineData(1_000_000, 2_000)]
    [InlineData(1_000, 1_000_000)]
    public async Task However_many_keys_there_are_the_store_takes_what_it_may_and_no_more(int keys, int length) => await FillAsync(keys, length);

    [Fact]
    public async Task The_store_takes_what_it_may_and_no_more() => await FillAsync(90_000, 100);

    [Fact]
    public async Task What_is_stored_does_not_hold_on_to_the_request_that_it_came_with()
    {
        var store = Store();
        var request = await AddOfARequestAsync(store);
        GC.Collect();
        Assert.False(request.IsAlive);
        Assert.Equal(1, store.Count);
    }

    [Fact]
    public void What_is_remembered_of_a_million_changes_is_bounded_too()
    {
        var book = new TagBook(new FakeTimeProvider());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var id = 0; id < 1_000_000; id++)
        {
            book.Change([new Tag(TagKind.Children, (UInt128)id)]);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 1, 40 * 1_048_576);
        GC.KeepAlive(book);
    }

    private async Task FillAsync(int keys, int length)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var store = Store();
        for (var key = 0; key < keys; key++)
        {
            await AddAsync(store, key, length);
        }

        var taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(store.Bytes > 0.95 * MaxBytes, $"The store is not full: {store.Bytes:N0} bytes.");
        Assert.True(taken <= 1.05 * MaxBytes, $"{store.Count:N0} responses of {length:N0} bytes take {taken:N0} bytes, of {MaxBytes:N0}.");
        GC.KeepAlive(store);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<WeakReference> AddOfARequestAsync(CacheStore store) => new(await AddAsync(store, 1, 100));

    /// <summary>As a response comes: in pieces, of a length that is not known, with Notion's headers.</summary>
    private async Task<HttpContext> AddAsync(CacheStore store, int key, int length)
    {
        var context = new DefaultHttpContext();
        context.Response.Headers.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.Date = new string('d', 29);
        context.Response.Headers.ETag = new string('e', 30);
        context.Response.Headers["x-notion-request-id"] = new string('i', 36);
        await using var copy = new ResponseCopy(context.Response.Body, () => context.Response.ContentLength, 1_048_576, _budget, () => { });
        var piece = new byte[Math.Min(length, 4096)];
        for (var written = 0; written < length; written += piece.Length)
        {
            await copy.WriteAsync(piece.AsMemory(0, Math.Min(piece.Length, length - written)));
        }

        var (body, giveBack) = copy.Take();
        var response = new WholeResponse(200, ResponseTransform.HeadersOf(context.Response), body, giveBack);
        Tag[] tags = [.. Enumerable.Range(0, 4).Select(kind => new Tag((TagKind)kind, (UInt128)key))];
        var name = new EntryKey("bot", CacheKey.Of([], key.ToString(CultureInfo.InvariantCulture)));
        store.TryAdd(new CacheEntry(name, response, tags, default, default, urlsEnd: null));
        response.Release();
        return context;
    }

    private CacheStore Store() => new(
        new Reloadable<CachingOptions>(new CachingOptions
        {
            Coalesce = Coalescing.Queued,
            MaxEntryBytes = 1_048_576,
            MaxBytes = MaxBytes,
            PerReplica = false,
            Policies = new Dictionary<string, CachePolicy>
            {
                ["p"] = new() { Ttl = TimeSpan.FromMinutes(1), Operations = null, SignedUrlReserve = TimeSpan.Zero },
            },
        }),
        _budget);
}
