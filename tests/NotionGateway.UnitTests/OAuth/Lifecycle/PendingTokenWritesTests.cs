using Microsoft.Extensions.Logging.Abstractions;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.OAuth.Lifecycle;

public sealed class PendingTokenWritesTests
{
    private readonly InMemoryGrantStore _store = new();
    private readonly PendingTokenWrites _pairs;

    public PendingTokenWritesTests() => _pairs = new PendingTokenWrites(_store, NullLogger<PendingTokenWrites>.Instance);

    [Fact]
    public async Task A_pair_replaces_the_one_it_was_bought_with()
    {
        var before = await AddAsync();
        Assert.Equal(SaveOutcome.Taken, await _pairs.SaveAsync(before, Next(before), CancellationToken.None));
        Assert.Equal(2, (await FindAsync(before)).Version);
    }

    [Fact]
    public async Task A_newer_one_stays()
    {
        var before = await AddAsync();
        await _store.TrySwapAsync(Next(before), before.Version, CancellationToken.None);

        Assert.Equal(SaveOutcome.Superseded, await _pairs.SaveAsync(before, Next(before, 9), CancellationToken.None));
        Assert.Equal(Next(before).Secrets.AccessToken, (await FindAsync(before)).Secrets.AccessToken);
    }

    [Fact]
    public async Task A_grant_that_was_held_for_lost_because_this_pair_came_late_is_good_again()
    {
        var before = await AddAsync();
        await _store.TrySwapAsync(before with { State = GrantState.Lost }, before.Version, CancellationToken.None);

        Assert.Equal(SaveOutcome.Taken, await _pairs.SaveAsync(before, Next(before), CancellationToken.None));
        Assert.Equal(GrantState.Active, (await FindAsync(before)).State);
    }

    [Fact]
    public async Task A_grant_that_is_gone_takes_none()
    {
        var before = await AddAsync();
        await _store.DeleteAsync(before.Id, CancellationToken.None);
        Assert.Equal(SaveOutcome.Superseded, await _pairs.SaveAsync(before, Next(before), CancellationToken.None));
    }

    private async Task<Grant> AddAsync()
    {
        var grant = SomeGrants.Grant("crm/acme");
        await _store.AddAsync(grant, CancellationToken.None);
        return await FindAsync(grant);
    }

    private async Task<Grant> FindAsync(Grant grant) => (await _store.FindByIdAsync(grant.Id, CancellationToken.None))!;

    private static Grant Next(Grant before, byte mark = 7) => before with { Secrets = new SealedSecrets([mark], [mark], [mark]), State = GrantState.Active };
}
