using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.Store;
using NotionGateway.Operator;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Operator;

public sealed class GrantAdministrationTests
{
    private static readonly CredentialName Acme = new("crm/acme");
    private static readonly CredentialName Beta = new("crm/beta");

    private readonly InMemoryGrantStore _store = new();
    private readonly FakeGrantWorld _world = new();
    private readonly GrantAdministration _grants;

    public GrantAdministrationTests() => _grants = new GrantAdministration(_store, _world, _world);

    [Fact]
    public async Task A_grant_is_shown_without_its_secrets()
    {
        await AddAsync("crm/acme");

        var text = (await _grants.ShowAsync(Acme, CancellationToken.None)).Json().ToJsonString();

        Assert.Equal(
            """
            {"name":"crm/acme","app":"crm","workspace_id":"workspace-of-crm/acme","workspace_name":"Workspace of crm/acme",
            "owner":"Ada Lovelace \u003Cada@example.com\u003E","bot_id":"bot-of-crm/acme","state":"active",
            "created_at":"2026-01-02T03:04:05Z","refreshed_at":"2026-02-03T04:05:06Z"}
            """.ReplaceLineEndings(""),
            text);
    }

    [Fact]
    public async Task Grants_come_page_by_page_and_each_once()
    {
        await AddAsync("crm/d", "crm/a", "sales/a", "crm/c", "crm/b");

        var names = new List<string>();
        CredentialName? after = null;
        var pages = 0;
        do
        {
            var page = (await _grants.ListAsync(new GrantListQuery(null, after, 2), CancellationToken.None)).Json();
            names.AddRange(page["results"]!.AsArray().Select(grant => grant!["name"]!.GetValue<string>()));
            after = page["next"] is { } next ? new CredentialName(next.GetValue<string>()) : null;
            Assert.Equal(after is not null, page["has_more"]!.GetValue<bool>());
            pages++;
        }
        while (after is not null);

        Assert.Equal(["crm/a", "crm/b", "crm/c", "crm/d", "sales/a"], names);
        Assert.Equal(3, pages);
    }

    [Fact]
    public async Task A_page_that_is_just_full_is_the_last()
    {
        await AddAsync("crm/a", "crm/b");
        Assert.Null((await _grants.ListAsync(new GrantListQuery("crm", null, 2), CancellationToken.None)).Json()["next"]);
    }

    [Fact]
    public async Task A_grant_with_a_new_name_is_forgotten_under_both()
    {
        await AddAsync("crm/acme");

        Assert.Equal("renamed to crm/beta", (await _grants.RenameAsync(Acme, Beta)).Outcome);

        Assert.Equal([Acme, Beta], _world.Changes);
        Assert.Equal("id-of-crm/acme", (await _store.FindAsync(Beta, CancellationToken.None))!.Id);
    }

    [Fact]
    public async Task A_name_that_is_taken_stays_with_its_grant()
    {
        await AddAsync("crm/acme", "crm/beta");

        Assert.Equal(RefusalReason.NameTaken, (await _grants.RenameAsync(Acme, Beta)).Refusal!.Reason);

        Assert.Empty(_world.Changes);
        Assert.Equal("id-of-crm/beta", (await _store.FindAsync(Beta, CancellationToken.None))!.Id);
    }

    [Fact]
    public async Task A_deleted_grant_is_gone_and_Notion_is_not_told()
    {
        await AddAsync("crm/acme");

        var response = await _grants.DeleteAsync(Acme, CancellationToken.None);

        Assert.False(response.Json()["ended_at_notion"]!.GetValue<bool>());
        Assert.Empty(_store.Grants);
        Assert.Empty(_world.Revoked);
        Assert.Equal([Acme], _world.Changes);
    }

    [Fact]
    public async Task A_revoked_grant_is_gone_on_both_sides()
    {
        await AddAsync("crm/acme");

        Assert.Equal("revoked and deleted", (await _grants.RevokeAsync(Acme, CancellationToken.None)).Outcome);

        Assert.Equal([Acme], _world.Revoked);
        Assert.Equal([Acme], _world.Changes);
        Assert.Empty(_store.Grants);
    }

    [Fact]
    public async Task A_grant_that_was_dead_at_Notion_is_deleted_too()
    {
        await AddAsync("crm/acme");
        _world.Outcome = new RevokeOutcome.AlreadyDead();

        Assert.Equal("deleted; Notion had already revoked it", (await _grants.RevokeAsync(Acme, CancellationToken.None)).Outcome);
        Assert.Empty(_store.Grants);
    }

    [Theory]
    [InlineData(1, "revoked and deleted", 2, 0)]
    [InlineData(9, "store_unavailable", 3, 1)]
    public async Task A_pair_that_was_stored_while_its_grant_was_revoked_is_revoked_too_or_stays(int pairs, string outcome, int revoked, int left)
    {
        await AddAsync("crm/acme");
        _world.WhileRevoking = () =>
        {
            if (pairs-- > 0)
            {
                var now = Assert.Single(_store.Grants);
                Assert.True(_store.TrySwapAsync(now, now.Version, CancellationToken.None).Result);
            }
        };

        var response = await _grants.RevokeAsync(Acme, CancellationToken.None);

        Assert.Equal(outcome, response.Refusal?.Reason.Name ?? response.Outcome);
        Assert.Equal((revoked, left), (_world.Revoked.Count, _store.Grants.Count));
    }

    [Fact]
    public async Task A_grant_stays_if_Notion_could_not_be_told()
    {
        await AddAsync("crm/acme");
        _world.Outcome = new RevokeOutcome.NotionUnreachable("Notion did not answer in time.");

        var response = await _grants.RevokeAsync(Acme, CancellationToken.None);

        Assert.Equal((502, RefusalReason.UpstreamUnreachable), (response.Status, response.Refusal!.Reason));
        Assert.Contains("Notion did not answer in time. Try again", response.Refusal.Message);
        Assert.Single(_store.Grants);
        Assert.Empty(_world.Changes);
    }

    [Fact]
    public async Task Where_the_store_fails_after_Notion_was_told_the_record_says_which_half_is_done()
    {
        await AddAsync("crm/acme");
        _store.WriteProblem = "the disk is full";

        var response = await _grants.RevokeAsync(Acme, CancellationToken.None);

        Assert.Equal(RefusalReason.StoreUnavailable, response.Refusal!.Reason);
        Assert.Contains("Notion has revoked the grant", response.Refusal.Message);
        Assert.Equal("revoked at Notion, but not deleted here: the disk is full", response.Outcome);
        Assert.Equal([Acme], _world.Changes);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        Assert.Equal(RefusalReason.GrantNotFound, (await _grants.ShowAsync(Acme, CancellationToken.None)).Refusal!.Reason);
        Assert.Equal(RefusalReason.GrantNotFound, (await _grants.RenameAsync(Acme, Beta)).Refusal!.Reason);
        Assert.Equal(RefusalReason.GrantNotFound, (await _grants.DeleteAsync(Acme, CancellationToken.None)).Refusal!.Reason);
        Assert.Equal(RefusalReason.GrantNotFound, (await _grants.RevokeAsync(Acme, CancellationToken.None)).Refusal!.Reason);
        Assert.Empty(_world.Changes);
    }

    [Fact]
    public async Task A_change_that_has_begun_is_not_given_up_with_its_operator()
    {
        await AddAsync("crm/acme");
        using var gone = new CancellationTokenSource();
        _world.WhileRevoking = gone.Cancel;

        Assert.Equal("revoked and deleted", (await _grants.RevokeAsync(Acme, gone.Token)).Outcome);
        Assert.Empty(_store.Grants);
    }

    private async Task AddAsync(params string[] names)
    {
        foreach (var name in names)
        {
            Assert.Equal(NamingOutcome.Done, await _store.AddAsync(Some.Grant(name), CancellationToken.None));
        }
    }
}
