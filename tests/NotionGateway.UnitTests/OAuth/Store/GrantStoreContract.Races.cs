using NotionGateway.OAuth.Store;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Store;

public abstract partial class GrantStoreContract
{
    private const int Many = 50;

    [Fact]
    public async Task Of_fifty_swaps_of_one_version_exactly_one_is_done_and_its_pair_is_the_one_that_stays()
    {
        var grant = await AddedAsync("crm/acme");
        var done = await RaceAsync((store, number) => store.TrySwapAsync(grant with { Secrets = Secrets(number) }, 1, Stop));
        var winner = Assert.Single(Enumerable.Range(0, Many), number => done[number]);
        var stored = await Store.FindAsync(grant.Name, Stop);
        Assert.Equal(Told(grant with { Version = 2, Secrets = Secrets(winner) }), Told(stored));
    }

    [Fact]
    public async Task Of_fifty_who_take_a_consent_exactly_one_gets_it()
    {
        var consent = Consent("state", Noon);
        await Store.AddConsentAsync(consent, Stop);
        var taken = await RaceAsync((store, _) => store.TakeConsentAsync(consent.State, Stop));
        Assert.Equal(consent, Assert.Single(taken, one => one is not null));
    }

    [Fact]
    public async Task Of_fifty_who_use_a_link_exactly_one_may()
    {
        var link = Link("link", Noon.AddHours(1));
        await Store.AddLinkAsync(link, Stop);
        Assert.Single(await RaceAsync((store, _) => store.TryUseLinkAsync(link.Digest, Noon, Stop)), used => used);
    }

    [Fact]
    public async Task Of_fifty_who_add_one_name_exactly_one_does()
    {
        var outcomes = await RaceAsync((store, number) => store.AddAsync(Grant("crm/acme", id: $"{number}", bot: $"{number}"), Stop));
        Assert.Single(outcomes, NamingOutcome.Done);
        Assert.Equal(Many - 1, outcomes.Count(outcome => outcome == NamingOutcome.NameTaken));
    }

    [Fact]
    public async Task Writers_of_different_grants_all_come_through_while_others_read_whole_pairs()
    {
        foreach (var number in Enumerable.Range(0, Many))
        {
            await AddedAsync($"crm/{number}");
        }

        var done = await RaceAsync(async (store, number) =>
        {
            var grant = Grant($"crm/{number}");
            for (var version = 1; version <= 3; version++)
            {
                Assert.True(await store.TrySwapAsync(grant with { Secrets = Secrets(version + 1) }, version, Stop));
                var read = (await store.FindAsync(Name($"crm/{(number + version) % Many}"), Stop))!;
                Assert.Equal(Told(read with { Secrets = Secrets(read.Version) }), Told(read));
            }

            return true;
        });
        Assert.Equal(Many, done.Length);
        Assert.All(await Store.ListAsync(null, null, Many, Stop), grant => Assert.Equal(4, grant.Version));
    }

    /// <summary>All at once, through the store objects of three processes.</summary>
    private async Task<T[]> RaceAsync<T>(Func<IGrantStore, int, Task<T>> attempt)
    {
        IGrantStore[] stores = [Store, await ConnectAsync(), await ConnectAsync()];
        return await Task.WhenAll(Enumerable.Range(0, Many).Select(number => Task.Run(() => attempt(stores[number % 3], number), Stop)));
    }
}
