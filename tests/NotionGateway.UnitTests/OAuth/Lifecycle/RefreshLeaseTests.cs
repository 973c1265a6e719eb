using Microsoft.Extensions.Time.Testing;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.TokenEndpoint;
using NotionGateway.TestKit;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Lifecycle;

public sealed class RefreshLeaseTests : IAsyncLifetime
{
    private static readonly TimeSpan Spare = RefreshLease.Length - NotionOAuthClient.Timeout;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly InMemoryGrantStore _store;
    private readonly Grant _grant = Grant("crm/acme");

    public RefreshLeaseTests() => _store = new InMemoryGrantStore(_time);

    public async ValueTask InitializeAsync() => await _store.AddAsync(_grant, CancellationToken.None);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_lease_covers_a_call_that_begins_while_a_whole_call_is_left_of_it()
    {
        var lease = Lease("first");
        Assert.Equal(LeaseState.Taken, (await lease.TakeAsync()).State);
        _time.Advance(Spare);
        Assert.True(await lease.CoversCallAsync());

        // It was not taken again for that: it ends when it would have ended.
        _time.Advance(NotionOAuthClient.Timeout);
        Assert.Equal(LeaseState.Taken, (await Lease("second").TakeAsync()).State);
    }

    [Fact]
    public async Task With_less_left_it_is_taken_once_more_from_that_moment()
    {
        var lease = Lease("first");
        await lease.TakeAsync();
        _time.Advance(Spare + Second);
        Assert.True(await lease.CoversCallAsync());
        _time.Advance(RefreshLease.Length - Second);
        Assert.Equal((LeaseState.Held, Second), ((await Lease("second").TakeAsync()).State, (await Lease("second").TakeAsync()).HeldFor));
    }

    [Fact]
    public async Task A_process_that_slept_until_another_took_over_does_not_begin()
    {
        var lease = Lease("first");
        await lease.TakeAsync();
        _time.Advance(RefreshLease.Length);
        await Lease("second").TakeAsync();
        Assert.False(await lease.CoversCallAsync());
    }

    [Fact]
    public async Task A_process_that_slept_until_another_stored_its_pair_does_not_begin()
    {
        var lease = Lease("first");
        await lease.TakeAsync();
        _time.Advance(RefreshLease.Length);
        await _store.TrySwapAsync(_grant with { Secrets = Secrets(2) }, 1, CancellationToken.None);
        Assert.False(await lease.CoversCallAsync());
    }

    [Fact]
    public async Task A_lease_that_cannot_be_released_ends_by_its_time()
    {
        var lease = Lease("first");
        await lease.TakeAsync();
        _store.WriteProblem = "the disk is full";
        await lease.ReleaseAsync();
        _store.WriteProblem = null;
        Assert.Equal(LeaseState.Held, (await Lease("second").TakeAsync()).State);
        await lease.ReleaseAsync();
        Assert.Equal(LeaseState.Taken, (await Lease("second").TakeAsync()).State);
    }

    private RefreshLease Lease(string holder) => new(_store, _grant, holder, _time);
}
