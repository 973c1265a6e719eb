using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Store;

public abstract partial class GrantStoreContract
{
    [Fact]
    public async Task A_key_comes_back_as_it_was_added_and_only_by_its_digest()
    {
        var grant = await AddedAsync("crm/acme");
        BoundKey[] keys = [Key("one", grant), Key("two", grant, kind: BoundKeyKind.Refresh, endsAt: Noon)];
        await Store.AddKeysAsync(keys, Stop);
        Assert.Equal(keys[0], await Store.FindKeyAsync(keys[0].Digest, Stop));
        Assert.Equal(keys[1], await Store.FindKeyAsync(keys[1].Digest, Stop));
        Assert.Null(await Store.FindKeyAsync(KeyDigest.Of("three"), Stop));
    }

    [Fact]
    public async Task Keys_are_added_all_or_none()
    {
        var grant = await AddedAsync("crm/acme");
        await Assert.ThrowsAsync<GrantStoreException>(() => Store.AddKeysAsync([Key("one", grant), Key("lost", Grant("crm/none"))], Stop));
        Assert.Null(await Store.FindKeyAsync(KeyDigest.Of("one"), Stop));
        await Store.AddKeysAsync([Key("one", grant)], Stop);
        await Assert.ThrowsAsync<GrantStoreException>(() => Store.AddKeysAsync([Key("two", grant), Key("one", grant)], Stop));
        Assert.Null(await Store.FindKeyAsync(KeyDigest.Of("two"), Stop));
    }

    [Fact]
    public async Task New_keys_let_the_old_ones_end_but_never_later_than_they_would()
    {
        var grant = await AddedAsync("crm/acme");
        var (open, sooner, later, other) =
            (Key("open", grant), Key("sooner", grant, endsAt: Noon), Key("later", grant, endsAt: Noon.AddHours(2)), Key("other", grant, issue: "other"));
        await Store.AddKeysAsync([open, sooner, later, other], Stop);
        var end = Noon.AddMinutes(10);
        await Store.ReplaceKeysAsync("issue", end, [Key("new", grant, issue: "second")], Stop);
        Assert.Equal(end, (await Store.FindKeyAsync(open.Digest, Stop))!.ExpiresAt);
        Assert.Equal(Noon, (await Store.FindKeyAsync(sooner.Digest, Stop))!.ExpiresAt);
        Assert.Equal(end, (await Store.FindKeyAsync(later.Digest, Stop))!.ExpiresAt);
        Assert.Null((await Store.FindKeyAsync(other.Digest, Stop))!.ExpiresAt);
        Assert.Null((await Store.FindKeyAsync(KeyDigest.Of("new"), Stop))!.ExpiresAt);
    }

    [Fact]
    public async Task Keys_that_cannot_be_replaced_do_not_end()
    {
        var grant = await AddedAsync("crm/acme");
        await Store.AddKeysAsync([Key("old", grant)], Stop);
        await Assert.ThrowsAsync<GrantStoreException>(() => Store.ReplaceKeysAsync("issue", Noon, [Key("new", Grant("crm/none"))], Stop));
        Assert.Null((await Store.FindKeyAsync(KeyDigest.Of("old"), Stop))!.ExpiresAt);
    }

    [Fact]
    public async Task What_has_expired_is_forgotten_and_nothing_else()
    {
        var grant = await AddedAsync("crm/acme");
        BoundKey[] keys = [Key("open", grant), Key("ended", grant, endsAt: Noon), Key("ending", grant, endsAt: Noon.AddMilliseconds(1))];
        await Store.AddKeysAsync(keys, Stop);
        await Store.AddLinkAsync(Link("ended", Noon), Stop);
        await Store.AddLinkAsync(Link("ending", Noon.AddMilliseconds(1)), Stop);
        await Store.AddConsentAsync(Consent("ended", Noon), Stop);
        await Store.AddConsentAsync(Consent("ending", Noon.AddMilliseconds(1)), Stop);
        await Store.SweepAsync(Noon, Stop);
        Assert.Equal([keys[0], null, keys[2]], await Task.WhenAll(keys.Select(key => Store.FindKeyAsync(key.Digest, Stop))));
        Assert.Null(await Store.FindLinkAsync(KeyDigest.Of("ended"), Stop));
        Assert.NotNull(await Store.FindLinkAsync(KeyDigest.Of("ending"), Stop));
        Assert.Null(await Store.TakeConsentAsync(KeyDigest.Of("ended"), Stop));
        Assert.NotNull(await Store.TakeConsentAsync(KeyDigest.Of("ending"), Stop));
        Assert.NotNull(await Store.FindAsync(grant.Name, Stop));
    }

    [Fact]
    public async Task However_many_have_expired_all_are_forgotten()
    {
        var grant = await AddedAsync("crm/acme");
        BoundKey[] keys = [.. Enumerable.Range(0, 2500).Select(number => Key($"key {number}", grant, endsAt: Noon))];
        await Store.AddKeysAsync(keys, Stop);
        await Store.SweepAsync(Noon, Stop);
        Assert.All(await Task.WhenAll(keys.Select(key => Store.FindKeyAsync(key.Digest, Stop))), Assert.Null);
    }

    private async Task<Grant> AddedAsync(string name)
    {
        var grant = Grant(name);
        Assert.Equal(NamingOutcome.Done, await Store.AddAsync(grant, Stop));
        return grant;
    }
}
