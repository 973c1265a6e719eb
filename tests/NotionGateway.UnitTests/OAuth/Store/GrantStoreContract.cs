using System.Text.Json.Nodes;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Store;

/// <summary>What every store of grants must do. A store is held to it by deriving from this class.</summary>
public abstract partial class GrantStoreContract : IAsyncLifetime
{
    private readonly List<IGrantStore> _opened = [];

    private IGrantStore Store => _opened[0];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await ConnectAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _opened.OfType<IDisposable>().ToList().ForEach(store => store.Dispose());
        Clean();
        return ValueTask.CompletedTask;
    }

    /// <summary>A store object of its own on the same data, as another process has it.</summary>
    private protected abstract Task<IGrantStore> OpenAsync();

    /// <summary>Data of its own, empty.</summary>
    private protected abstract Task<IGrantStore> OpenEmptyAsync();

    /// <summary>Lets the store's clock advance; a store on a server of its own needs real time for it.</summary>
    private protected abstract Task PassAsync(TimeSpan span);

    private protected abstract void Clean();

    [Fact]
    public async Task A_grant_comes_back_as_it_was_added_by_each_way_to_find_it()
    {
        var grant = Grant("crm/acme") with { State = GrantState.Lost, Owner = "Ada <ada@example.com>", Version = 7, RefreshedAt = Noon.AddMilliseconds(1) };
        Assert.Equal(NamingOutcome.Done, await Store.AddAsync(grant, Stop));
        Assert.Equal(Told(grant), Told(await Store.FindAsync(grant.Name, Stop)));
        Assert.Equal(Told(grant), Told(await Store.FindByIdAsync(grant.Id, Stop)));
        Assert.Equal(Told(grant), Told(await Store.FindByBotAsync("crm", grant.BotId, Stop)));
    }

    [Fact]
    public async Task What_may_be_missing_comes_back_missing()
    {
        var grant = Grant("crm/acme") with { WorkspaceName = null, Secrets = new SealedSecrets([1], null, []) };
        await Store.AddAsync(grant, Stop);
        Assert.Equal(Told(grant), Told(await Store.FindAsync(grant.Name, Stop)));
    }

    [Fact]
    public async Task Names_that_people_have_typed_at_Notion_are_stored_whatever_is_in_them()
    {
        var profile = GrantProfile.Of(new JsonObject
        {
            ["bot_id"] = "b",
            ["workspace_id"] = "w",
            ["workspace_name"] = "Acme\0 & Söhne\u007f \U0001F40C",
            ["owner"] = new JsonObject { ["user"] = new JsonObject { ["name"] = new string('x', 199) + "\U0001F40C" } },
        })!;
        var grant = Grant("crm/acme") with { WorkspaceName = profile.WorkspaceName, Owner = profile.Owner };
        await Store.AddAsync(grant, Stop);
        await Store.TrySwapAsync(grant, 1, Stop);
        var stored = (await Store.FindAsync(grant.Name, Stop))!;
        Assert.Equal(("Acme & Söhne \U0001F40C", new string('x', 199)), (stored.WorkspaceName, stored.Owner));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await Store.AddAsync(Grant("crm/acme"), Stop);
        Assert.Null(await Store.FindAsync(Name("crm/acm"), Stop));
        Assert.Null(await Store.FindAsync(Name("crm/acme2"), Stop));
        Assert.Null(await Store.FindByIdAsync("ID OF CRM/ACME", Stop));
        Assert.Null(await Store.FindByBotAsync("shop", "bot of crm/acme", Stop));
    }

    [Fact]
    public async Task A_name_is_given_once_and_a_bot_once_in_an_app()
    {
        await Store.AddAsync(Grant("crm/acme"), Stop);
        Assert.Equal(NamingOutcome.NameTaken, await Store.AddAsync(Grant("crm/acme", id: "2", bot: "2"), Stop));
        Assert.Equal(NamingOutcome.BotTaken, await Store.AddAsync(Grant("crm/other", bot: "bot of crm/acme"), Stop));
        Assert.Equal(NamingOutcome.NameTaken, await Store.AddAsync(Grant("crm/acme", id: "2", bot: "bot of crm/acme"), Stop));
        Assert.Equal(NamingOutcome.Done, await Store.AddAsync(Grant("shop/acme", bot: "bot of crm/acme"), Stop));
        Assert.Equal(Told(Grant("crm/acme")), Told(await Store.FindAsync(Name("crm/acme"), Stop)));
    }

    [Fact]
    public async Task An_id_is_given_once()
    {
        await Store.AddAsync(Grant("crm/acme"), Stop);
        await Assert.ThrowsAsync<GrantStoreException>(() => Store.AddAsync(Grant("crm/other", id: "id of crm/acme"), Stop));
        Assert.Null(await Store.FindAsync(Name("crm/other"), Stop));
    }

    [Fact]
    public async Task A_swap_replaces_what_may_change_and_nothing_else()
    {
        var grant = Grant("crm/acme");
        await Store.AddAsync(grant, Stop);
        var next = grant with
        {
            Name = Name("crm/changed"),
            WorkspaceId = "w2",
            WorkspaceName = "new",
            Owner = "Bob",
            CreatedAt = Noon.AddDays(1),
            RefreshedAt = Noon.AddDays(2),
            State = GrantState.Lost,
            Version = 99,
            Secrets = Secrets(2),
        };
        Assert.True(await Store.TrySwapAsync(next, 1, Stop));
        Assert.Equal(Told(next with { Name = grant.Name, CreatedAt = grant.CreatedAt, Version = 2 }), Told(await Store.FindByIdAsync(grant.Id, Stop)));
    }

    [Fact]
    public async Task A_swap_with_another_version_another_bot_or_no_grant_changes_nothing()
    {
        var grant = Grant("crm/acme") with { Version = 5 };
        await Store.AddAsync(grant, Stop);
        var next = grant with { Secrets = Secrets(2) };
        Assert.False(await Store.TrySwapAsync(next, 4, Stop));
        Assert.False(await Store.TrySwapAsync(next, 6, Stop));
        Assert.False(await Store.TrySwapAsync(next with { BotId = "another" }, 5, Stop));
        Assert.False(await Store.TrySwapAsync(next with { Id = "another" }, 5, Stop));
        Assert.Equal(Told(grant), Told(await Store.FindAsync(grant.Name, Stop)));
    }

    [Fact]
    public async Task A_name_can_be_changed_to_one_that_is_free()
    {
        var grant = Grant("crm/acme");
        await Store.AddAsync(grant, Stop);
        await Store.AddAsync(Grant("crm/taken"), Stop);
        await Store.AddAsync(Grant("shop/same-bot", bot: grant.BotId), Stop);
        Assert.Equal(NamingOutcome.NotFound, await Store.RenameAsync(Name("crm/none"), Name("crm/new"), Stop));
        Assert.Equal(NamingOutcome.NameTaken, await Store.RenameAsync(grant.Name, Name("crm/taken"), Stop));
        Assert.Equal(NamingOutcome.BotTaken, await Store.RenameAsync(grant.Name, Name("shop/new"), Stop));
        Assert.Equal(NamingOutcome.Done, await Store.RenameAsync(grant.Name, grant.Name, Stop));
        Assert.Equal(NamingOutcome.Done, await Store.RenameAsync(grant.Name, Name("crm/new"), Stop));
        Assert.Equal(Told(grant with { Name = Name("crm/new") }), Told(await Store.FindByBotAsync("crm", grant.BotId, Stop)));
        Assert.Null(await Store.FindAsync(grant.Name, Stop));
        Assert.Equal(NamingOutcome.Done, await Store.RenameAsync(Name("crm/new"), Name("other/new"), Stop));
        Assert.NotNull(await Store.FindByBotAsync("other", grant.BotId, Stop));
    }

    [Fact]
    public async Task A_deleted_grant_takes_its_keys_along_and_leaves_those_of_others()
    {
        var (acme, other) = (Grant("crm/acme"), Grant("crm/other"));
        await Store.AddAsync(acme, Stop);
        await Store.AddAsync(other, Stop);
        var (gone, kept) = (Key("gone", acme), Key("kept", other));
        await Store.AddKeysAsync([gone, kept], Stop);
        Assert.True(await Store.DeleteAsync(acme.Id, Stop));
        Assert.False(await Store.DeleteAsync(acme.Id, Stop));
        Assert.Null(await Store.FindAsync(acme.Name, Stop));
        Assert.Null(await Store.FindKeyAsync(gone.Digest, Stop));
        Assert.Equal(kept, await Store.FindKeyAsync(kept.Digest, Stop));
        Assert.Equal(NamingOutcome.Done, await Store.AddAsync(acme, Stop));
    }

    [Fact]
    public async Task Grants_are_listed_in_the_order_of_their_names_page_by_page()
    {
        string[] names = ["a-b/x", "a.b/x", "a/x", "a/y", "a0/x", "b/x"];
        foreach (var name in names.Reverse())
        {
            await Store.AddAsync(Grant(name), Stop);
        }

        Assert.Equal(names, Names(await Store.ListAsync(null, null, 100, Stop)));
        Assert.Equal(["a/y", "a0/x"], Names(await Store.ListAsync(null, Name("a/x"), 2, Stop)));
        Assert.Equal(["a/x", "a/y"], Names(await Store.ListAsync("a", null, 100, Stop)));
        Assert.Equal(["a/x"], Names(await Store.ListAsync("a", null, 1, Stop)));
        Assert.Equal(["a/y"], Names(await Store.ListAsync("a", Name("a/x"), 100, Stop)));
        Assert.Empty(await Store.ListAsync("a", Name("a/y"), 100, Stop));
        Assert.Empty(await Store.ListAsync("none", null, 100, Stop));
    }

    [Fact]
    public async Task Grants_are_counted_by_app_and_state()
    {
        await Store.AddAsync(Grant("a/1"), Stop);
        await Store.AddAsync(Grant("a/2"), Stop);
        await Store.AddAsync(Grant("a/3") with { State = GrantState.Lost }, Stop);
        await Store.AddAsync(Grant("b/1"), Stop);
        Assert.Equal([("a", GrantState.Active, 2), ("a", GrantState.Lost, 1), ("b", GrantState.Active, 1)], (await Store.CountAsync(Stop)).Order());
    }

    [Fact]
    public async Task Another_object_on_the_same_data_sees_what_was_written()
    {
        var grant = Grant("crm/acme");
        var other = await ConnectAsync();
        await Store.AddAsync(grant, Stop);
        Assert.Equal(Told(grant), Told(await other.FindAsync(grant.Name, Stop)));
        Assert.True(await other.TrySwapAsync(grant with { Secrets = Secrets(2) }, 1, Stop));
        Assert.Equal(2, (await Store.FindAsync(grant.Name, Stop))!.Version);
        Assert.False(await Store.TrySwapAsync(grant with { Secrets = Secrets(3) }, 1, Stop));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_begins_does_nothing()
    {
        var grant = Grant("crm/acme");
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.AddAsync(grant, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.FindAsync(grant.Name, cancelled));
        Assert.Null(await Store.FindAsync(grant.Name, Stop));
    }

    private static IEnumerable<string> Names(IEnumerable<Grant> grants) => grants.Select(grant => grant.Name.Value);

    private async Task<IGrantStore> ConnectAsync()
    {
        var store = await OpenAsync();
        _opened.Add(store);
        return store;
    }
}
