using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.TokenEndpoint;
using NotionGateway.UnitTests.OAuth.Sealing;
using NotionGateway.UnitTests.OAuth.Store.Sqlite;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Lifecycle;

/// <summary>Consents that could not be stored when they came.</summary>
public sealed class ConsentsTests : IAsyncLifetime
{
    private readonly SqliteFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Noon);
    private readonly FakeLogCollector _logs = new();
    private SealedStore _gateway = null!;
    private Consents _consents = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await SealedStore.OpenAsync(_folder.FilePath);
        var unsaved = new PendingTokenWrites(_gateway.Store, NullLogger<PendingTokenWrites>.Instance);
        var vault = new GrantVault(_gateway.Store, _gateway.Sealer, unsaved, Configured.Forwarding(), _time, NullLogger<GrantVault>.Instance);
        _consents = new Consents(vault, _time, new FakeLogger<Consents>(_logs));
    }

    public ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_kept_consent_is_stored_with_the_time_at_which_it_came()
    {
        Keep("b1");
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.True(await _consents.RetryAsync(Stop));
        Assert.Equal(Noon, (await _gateway.Store.FindAsync(Name("crm/b1"), Stop))!.RefreshedAt);
    }

    [Theory]
    [InlineData(-1, "ntn_b1")]
    [InlineData(0, "ntn_b1")]
    [InlineData(1, "ntn_other")]
    public async Task A_kept_consent_replaces_what_was_stored_before_it_came_and_nothing_later(int secondsLater, string stored)
    {
        Keep("b1");
        await _gateway.Store.AddAsync(
            _gateway.Seal(Grant("crm/b1", bot: "b1"), "ntn_other", null, "{}") with { RefreshedAt = Noon.AddSeconds(secondsLater) }, Stop);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.True(await _consents.RetryAsync(Stop));
        Assert.Equal(stored, _gateway.AccessTokenOf((await _gateway.Store.FindAsync(Name("crm/b1"), Stop))!));
        Assert.Equal(stored == "ntn_other" ? 1 : 0, Dropped());
    }

    [Fact]
    public async Task One_that_can_never_be_stored_is_discarded_and_holds_up_no_other()
    {
        await _gateway.Store.AddAsync(Grant("crm/b0", bot: "b0"), Stop);
        _folder.Tamper("UPDATE grants SET seal = x'00'");
        for (var bot = 0; bot < 9; bot++)
        {
            Keep($"b{bot}");
        }

        Assert.True(await _consents.RetryAsync(Stop));

        Assert.Equal((0, 1), (_consents.Count, Dropped()));
        for (var bot = 1; bot < 9; bot++)
        {
            Assert.NotNull(await _gateway.Store.FindAsync(Name($"crm/b{bot}"), Stop));
        }
    }

    private int Dropped() => _logs.GetSnapshot().Count(line => line.Id.Name == "ConsentDropped");

    private void Keep(string bot) => _consents.Keep(
        Name($"crm/{bot}"),
        TokenResponse.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{"access_token":"ntn_{{bot}}","bot_id":"{{bot}}","workspace_id":"w"}"""), out _)!,
        "the disk is full");
}
