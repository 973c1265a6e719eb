using CsCheck;
using NotionGateway.OAuth.Store;
using NotionGateway.TestKit;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Store;

public abstract partial class GrantStoreContract
{
    private static readonly string[] Few = ["a/1", "a/2", "b/1", "b/2"];

    private static readonly Gen<(int What, int First, int Second, int Hours)> Step = Gen.Select(Gen.Int[0, 15], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 4]);

    /// <summary>How many random orders are tried, each with a store that begins empty.</summary>
    private protected virtual int Schedules => 25;

    [Fact]
    public Task Whatever_is_done_in_whatever_order_it_answers_like_dictionaries_in_memory() => Step.Array[40].SampleAsync(
        async steps =>
        {
            var store = await OpenEmptyAsync();
            using var closing = store as IDisposable;
            var model = new InMemoryGrantStore();
            foreach (var (step, number) in steps.Select((step, number) => (step, number)))
            {
                Assert.Equal(await RespondAsync(model, step, number), await RespondAsync(store, step, number));
            }
        },
        iter: Schedules,
        threads: 1);

    /// <summary>Does one thing and returns its result, followed by everything that can be seen.</summary>
    private static async Task<string> RespondAsync(IGrantStore store, (int What, int First, int Second, int Hours) step, int number)
    {
        string response;
        try
        {
            response = await DoAsync(store, step, number);
        }
        catch (GrantStoreException)
        {
            response = "refused";
        }

        var seen = new List<string> { $"{step}: {response}", Told(await store.ListAsync(null, null, 100, CancellationToken.None)) };
        foreach (var name in Few)
        {
            seen.Add(
                $"{await store.FindKeyAsync(KeyDigest.Of(name), CancellationToken.None)} " +
                $"{await store.FindLinkAsync(KeyDigest.Of(name), CancellationToken.None)}");
        }

        return string.Join('\n', seen);
    }

    private static async Task<string> DoAsync(IGrantStore store, (int What, int First, int Second, int Hours) step, int number)
    {
        var none = CancellationToken.None;
        var (one, two, time) = (Few[step.First], Few[step.Second], Noon.AddHours(step.Hours));
        var grant = Grant(one, id: "id " + two, bot: "bot " + step.Hours) with { Secrets = Secrets(number) };
        switch (step.What)
        {
            case 0 or 1 or 2:
                return $"{await store.AddAsync(grant, none)}";
            case 3 or 4:
                return $"{await store.TrySwapAsync(grant, step.First, none)}";
            case 5:
                return $"{await store.RenameAsync(Name(one), Name(two), none)}";
            case 6:
                return $"{await store.DeleteAsync(grant.Id, none)}";
            case 7 or 8:
                await store.AddKeysAsync([Key(one, grant, issue: one, endsAt: step.Hours == 0 ? null : time)], none);
                return "added";
            case 9:
                await store.ReplaceKeysAsync(one, time, [Key(two, grant, issue: two)], none);
                return "replaced";
            case 10:
                await store.AddLinkAsync(Link(one, time), none);
                return "added";
            case 11:
                return $"{await store.TryUseLinkAsync(KeyDigest.Of(one), time, none)}";
            case 12:
                await store.AddConsentAsync(Consent(one, time), none);
                return "added";
            case 13:
                return $"{await store.TakeConsentAsync(KeyDigest.Of(one), none)}";
            case 14:
                await store.SweepAsync(time, none);
                return "swept";
            default:
                return Told(await store.FindByBotAsync("a", grant.BotId, none)) + string.Join(' ', (await store.CountAsync(none)).Order());
        }
    }
}
