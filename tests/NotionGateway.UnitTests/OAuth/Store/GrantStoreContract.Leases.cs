using NotionGateway.OAuth.Store;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Store;

public abstract partial class GrantStoreContract
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    /// <summary>A lease that ends during a test; a store on real time needs one that two calls never outlast.</summary>
    private protected virtual TimeSpan Brief => TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Of_fifty_who_ask_for_a_lease_exactly_one_gets_it_and_the_others_learn_how_long_it_lasts()
    {
        var grant = await AddedAsync("crm/acme");
        var outcomes = await RaceAsync((store, number) => store.TryLeaseAsync(grant.Id, 1, $"holder {number}", Long, Stop));
        Assert.Single(outcomes, outcome => outcome.State == LeaseState.Taken);
        var others = outcomes.Where(outcome => outcome.State != LeaseState.Taken).ToArray();
        Assert.All(others, outcome => Assert.Equal(LeaseState.Held, outcome.State));
        Assert.All(others, outcome => Assert.InRange(outcome.HeldFor, Long / 2, Long));
    }

    [Fact]
    public async Task A_lease_ends_when_its_time_is_over()
    {
        var grant = await AddedAsync("crm/acme");
        Assert.Equal(LeaseState.Taken, await LeaseAsync(grant.Id, 1, "first", Brief));
        Assert.Equal(LeaseState.Held, await LeaseAsync(grant.Id, 1, "second"));
        await PassAsync(Brief * 1.1);
        Assert.Equal(LeaseState.Taken, await LeaseAsync(grant.Id, 1, "second"));
        Assert.Equal(LeaseState.Held, await LeaseAsync(grant.Id, 1, "first"));
    }

    [Fact]
    public async Task Who_holds_a_lease_may_extend_it()
    {
        var grant = await AddedAsync("crm/acme");
        Assert.Equal(LeaseState.Taken, await LeaseAsync(grant.Id, 1, "first", Brief));
        Assert.Equal(LeaseState.Taken, await LeaseAsync(grant.Id, 1, "first"));
        await PassAsync(Brief * 1.1);
        Assert.Equal(LeaseState.Held, await LeaseAsync(grant.Id, 1, "second"));
    }

    [Fact]
    public async Task A_swap_ends_a_lease_and_a_version_that_has_changed_refuses_one()
    {
        var grant = await AddedAsync("crm/acme");
        await LeaseAsync(grant.Id, 1, "first");
        Assert.True(await Store.TrySwapAsync(grant with { Secrets = Secrets(2) }, 1, Stop));
        Assert.Equal(LeaseState.Changed, await LeaseAsync(grant.Id, 1, "second"));
        Assert.Equal(LeaseState.Changed, await LeaseAsync(grant.Id, 1, "first"));
        Assert.Equal(LeaseState.Taken, await LeaseAsync(grant.Id, 2, "second"));
    }

    [Fact]
    public async Task A_lease_does_not_stop_who_knows_the_version()
    {
        var grant = await AddedAsync("crm/acme");
        await LeaseAsync(grant.Id, 1, "first");
        Assert.True(await Store.TrySwapAsync(grant with { Secrets = Secrets(2) }, 1, Stop));
        Assert.False(await Store.TrySwapAsync(grant with { Secrets = Secrets(3) }, 1, Stop));
        Assert.Equal(Told(grant with { Version = 2, Secrets = Secrets(2) }), Told(await Store.FindAsync(grant.Name, Stop)));
    }

    [Fact]
    public async Task Only_its_holder_releases_a_lease()
    {
        var (grant, other) = (await AddedAsync("crm/acme"), await AddedAsync("crm/other"));
        await LeaseAsync(grant.Id, 1, "first");
        await Store.ReleaseAsync(grant.Id, "second", Stop);
        await Store.ReleaseAsync(other.Id, "first", Stop);
        Assert.Equal(LeaseState.Held, await LeaseAsync(grant.Id, 1, "second"));
        await Store.ReleaseAsync(grant.Id, "first", Stop);
        Assert.Equal(LeaseState.Taken, await LeaseAsync(grant.Id, 1, "second"));
    }

    [Fact]
    public async Task There_is_no_lease_of_a_grant_that_is_gone_and_none_that_outlives_it()
    {
        var grant = await AddedAsync("crm/acme");
        Assert.Equal(LeaseState.Gone, await LeaseAsync("id of nothing", 1, "first"));
        await LeaseAsync(grant.Id, 1, "first");
        await Store.DeleteAsync(grant.Id, Stop);
        Assert.Equal(LeaseState.Gone, await LeaseAsync(grant.Id, 1, "first"));
        await Store.AddAsync(grant, Stop);
        Assert.Equal(LeaseState.Taken, await LeaseAsync(grant.Id, 1, "second"));
    }

    private async Task<LeaseState> LeaseAsync(string id, long version, string holder, TimeSpan? length = null) =>
        (await Store.TryLeaseAsync(id, version, holder, length ?? Long, Stop)).State;
}
