using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Store;

public abstract partial class GrantStoreContract
{
    private static readonly IReadOnlySet<string> Both = new HashSet<string> { "crm", "hr" };

    [Fact]
    public async Task Of_the_families_that_one_refresh_key_has_bought_the_two_newest_live()
    {
        var grant = await AddedAsync("crm/acme");
        await Store.AddKeysAsync([Family(0, grant)], Stop);
        for (var number = 1; number <= 50; number++)
        {
            Assert.True(await Store.ReplaceKeysAsync("family 0", Noon.AddHours(1), [Family(number, grant, parent: "family 0")], Stop));
        }

        Assert.Equal([0, 49, 50], await LivingAsync(50));
    }

    [Fact]
    public async Task A_chain_of_refreshes_leaves_no_more_than_a_caller_may_hold()
    {
        var grant = await AddedAsync("crm/acme");
        await Store.AddKeysAsync([Family(0, grant)], Stop);
        for (var number = 1; number <= 50; number++)
        {
            Assert.True(await Store.ReplaceKeysAsync($"family {number - 1}", Noon.AddHours(1), [Family(number, grant, parent: $"family {number - 1}")], Stop));
        }

        Assert.Equal(Enumerable.Range(51 - KeyLimits.FamiliesPerCaller, KeyLimits.FamiliesPerCaller), await LivingAsync(50));
    }

    [Fact]
    public async Task Of_too_many_the_replaced_end_first_and_those_of_other_callers_and_grants_stay()
    {
        var (grant, other) = (await AddedAsync("crm/acme"), await AddedAsync("crm/other"));
        await Store.AddKeysAsync([Family(100, grant) with { Caller = "hr" }, Family(101, other)], Stop);
        await Store.AddKeysAsync([Family(30, grant) with { ExpiresAt = Noon.AddHours(1) }], Stop);
        for (var number = 0; number < KeyLimits.FamiliesPerCaller; number++)
        {
            await Store.AddKeysAsync([Family(number, grant)], Stop);
        }

        Assert.Equal([.. Enumerable.Range(0, KeyLimits.FamiliesPerCaller), 100, 101], await LivingAsync(101));
        await Store.AddKeysAsync([Family(29, grant)], Stop);
        Assert.Equal([.. Enumerable.Range(1, KeyLimits.FamiliesPerCaller - 1), 29, 100, 101], await LivingAsync(101));
    }

    [Fact]
    public async Task An_issue_of_which_nothing_is_left_buys_nothing()
    {
        var grant = await AddedAsync("crm/acme");
        Assert.False(await Store.ReplaceKeysAsync("family 0", Noon, [Family(1, grant, parent: "family 0")], Stop));
        Assert.Empty(await LivingAsync(1));
    }

    [Fact]
    public async Task Who_leaves_takes_its_own_keys_along_and_the_last_one_does_not_leave()
    {
        var (grant, other) = (await AddedAsync("crm/acme"), await AddedAsync("crm/other"));
        await Store.AddKeysAsync([Family(0, grant), Family(1, grant), Family(2, grant) with { Caller = "hr" }, Family(3, other)], Stop);
        Assert.True(await Store.TryLeaveAsync(grant.Id, "crm", Both, Noon, Stop));
        Assert.Equal([2, 3], await LivingAsync(3));
        Assert.False(await Store.TryLeaveAsync(grant.Id, "hr", Both, Noon, Stop));
        Assert.Equal([2, 3], await LivingAsync(3));
    }

    [Fact]
    public async Task Who_holds_only_ended_keys_or_does_not_count_any_more_keeps_nobody()
    {
        var grant = await AddedAsync("crm/acme");
        await Store.AddKeysAsync(
            [Family(0, grant), Family(1, grant) with { Caller = "gone" }, Family(2, grant) with { Caller = "hr", ExpiresAt = Noon }], Stop);
        Assert.False(await Store.TryLeaveAsync(grant.Id, "crm", Both, Noon, Stop));
        Assert.True(await Store.TryLeaveAsync(grant.Id, "crm", Both, Noon.AddMilliseconds(-1), Stop));
        Assert.Equal([1, 2], await LivingAsync(2));
    }

    [Fact]
    public async Task Of_all_who_leave_at_once_one_is_the_last()
    {
        var grant = await AddedAsync("crm/acme");
        var callers = Enumerable.Range(0, 8).Select(number => $"caller{number}").ToHashSet();
        foreach (var (number, caller) in callers.Index())
        {
            await Store.AddKeysAsync([Family(number, grant) with { Caller = caller }], Stop);
        }

        var left = await Task.WhenAll(callers.Select(caller => Task.Run(() => Store.TryLeaveAsync(grant.Id, caller, callers, Noon, Stop), Stop)));
        Assert.Single(left, false);
        Assert.Single(await LivingAsync(8));
    }

    [Fact]
    public async Task A_grant_is_deleted_by_its_version_only_while_nobody_else_has_written()
    {
        var grant = await AddedAsync("crm/acme");
        await Store.AddKeysAsync([Family(0, grant)], Stop);
        await Store.TrySwapAsync(grant with { Secrets = Secrets(2) }, 1, Stop);
        Assert.False(await Store.TryDeleteAsync(grant.Id, 1, Stop));
        Assert.Equal([0], await LivingAsync(0));
        Assert.True(await Store.TryDeleteAsync(grant.Id, 2, Stop));
        Assert.False(await Store.TryDeleteAsync(grant.Id, 2, Stop));
        Assert.Empty(await LivingAsync(0));
    }

    private static BoundKey Family(int number, Grant grant, string? parent = null) =>
        Key($"key {number}", grant, issue: $"family {number}") with { IssuedAt = Noon.AddSeconds(number), Parent = parent };

    /// <summary>The numbers of the families that are there.</summary>
    private async Task<IEnumerable<int>> LivingAsync(int most)
    {
        var found = new List<int>();
        for (var number = 0; number <= most; number++)
        {
            if (await Store.FindKeyAsync(KeyDigest.Of($"key {number}"), Stop) is not null)
            {
                found.Add(number);
            }
        }

        return found;
    }
}
