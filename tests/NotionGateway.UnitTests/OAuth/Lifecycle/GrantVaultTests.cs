using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.TokenEndpoint;
using NotionGateway.TestKit;
using NotionGateway.UnitTests.OAuth.Sealing;
using NotionGateway.UnitTests.OAuth.Store.Sqlite;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Lifecycle;

/// <summary>A store that has gone back, as a database does after a failover to a standby that lagged.</summary>
public sealed class GrantVaultTests : IAsyncLifetime
{
    private readonly SqliteFolder _folder = new();
    private readonly FakeLogCollector _logs = new();
    private SealedStore _gateway = null!;
    private GrantVault _vault = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await SealedStore.OpenAsync(_folder.FilePath);
        _vault = new GrantVault(
            _gateway.Store,
            _gateway.Sealer,
            new PendingTokenWrites(_gateway.Store, NullLogger<PendingTokenWrites>.Instance),
            Configured.Forwarding(),
            new FakeTimeProvider(Noon),
            new FakeLogger<GrantVault>(_logs));
        await _gateway.Store.AddAsync(Pair(1), Stop);
        await _gateway.Store.TrySwapAsync(Pair(2), 1, Stop);
        await _gateway.Store.TrySwapAsync(Pair(3), 2, Stop);
        Assert.Equal("ntn_3", await TokenAsync());
    }

    public ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_store_that_has_lost_the_pair_that_was_read_gets_it_back()
    {
        await GoBackAsync(Pair(2), version: 2);
        Assert.Equal("ntn_3", await TokenAsync());
        var stored = (await _gateway.Store.FindAsync(Name("crm/acme"), Stop))!;
        Assert.Equal((3, "ntn_3"), (stored.Version, _gateway.AccessTokenOf(stored)));
        Assert.Equal("GrantStoreWentBack", Assert.Single(_logs.GetSnapshot()).Id.Name);
    }

    [Fact]
    public async Task A_grant_that_another_gateway_has_given_up_because_of_the_lost_pair_is_good_again()
    {
        await GoBackAsync(Pair(1) with { State = GrantState.Lost }, version: 2);
        Assert.Equal("ntn_3", await TokenAsync());
        Assert.Equal(GrantState.Active, (await _gateway.Store.FindAsync(Name("crm/acme"), Stop))!.State);
    }

    [Fact]
    public async Task A_consent_of_after_the_loss_stays_although_its_version_is_lower()
    {
        await GoBackAsync(Pair(9), version: 2);
        Assert.Equal("ntn_9", await TokenAsync());
        Assert.Empty(_logs.GetSnapshot());
    }

    [Fact]
    public async Task A_newer_pair_is_adopted()
    {
        await _gateway.Store.TrySwapAsync(Pair(4), 3, Stop);
        Assert.Equal("ntn_4", await TokenAsync());
        Assert.Empty(_logs.GetSnapshot());
    }

    [Fact]
    public async Task A_consent_for_a_bot_that_another_gateway_connects_at_that_moment_under_the_same_name_replaces_its_pair()
    {
        var store = new InMemoryGrantStore();
        var unsaved = new PendingTokenWrites(store, NullLogger<PendingTokenWrites>.Instance);
        var vault = new GrantVault(
            store, _gateway.Sealer, unsaved, Configured.Forwarding(), new FakeTimeProvider(Noon), new FakeLogger<GrantVault>(_logs));
        var calls = 0;
        store.Before = async () =>
        {
            // After the bot was looked for, and before the grant is added.
            if (++calls == 2)
            {
                store.Before = () => Task.CompletedTask;
                await store.AddAsync(Grant("crm/b07", bot: "b07"), Stop);
            }
        };
        var response = TokenResponse.Parse("""{"access_token":"ntn_new","bot_id":"b07","workspace_id":"w"}"""u8, out _)!;

        var outcome = await vault.ConnectAsync(Name("crm/b07"), response, Noon, isLate: false, Stop);

        Assert.True(outcome.Reconnected);
        Assert.Equal("id of crm/b07", outcome.Grant!.Id);
    }

    private async Task GoBackAsync(Grant grant, long version)
    {
        Assert.True(await _gateway.Store.TrySwapAsync(grant, 3, Stop));
        _folder.Tamper("UPDATE grants SET version = $version", ("$version", version));
    }

    private async Task<string> TokenAsync()
    {
        var open = (await _vault.FindAsync(Name("crm/acme"), Stop))!;
        return _gateway.AccessTokenOf(open.Grant);
    }

    /// <summary>The pair that was bought in this hour.</summary>
    private Grant Pair(int hour) =>
        _gateway.Seal(Grant("crm/acme"), $"ntn_{hour}", $"nrt_{hour}", "{}") with { RefreshedAt = Noon.AddHours(hour) };
}
