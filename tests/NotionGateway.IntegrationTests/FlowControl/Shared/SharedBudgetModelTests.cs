using CsCheck;
using NotionGateway.FlowControl.Budget;

namespace NotionGateway.IntegrationTests.FlowControl.Shared;

/// <summary>The scripts in a real Redis beside the budget that a process keeps for itself: the same is asked of both, on the same clock.</summary>
public sealed class SharedBudgetModelTests(RedisForAll redis)
{
    private static readonly PermitLimit Limit = new(2.5, 5, 20, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(1));

    private enum Step
    {
        Take,
        Send,
        GiveBack,
        CountSend,
        Pass,
    }

    [Fact]
    public Task The_shared_budget_gives_what_the_local_one_gives() => SampleAsync(25);

    [Fact]
    [Trait("Category", "Long")]
    public Task The_shared_budget_gives_what_the_local_one_gives_in_many_schedules() => SampleAsync(1000);

    [Fact]
    public Task Of_hundreds_of_permits_used_and_given_back_at_random_none_is_lost() => NoneIsLostAsync(800);

    [Fact]
    [Trait("Category", "Long")]
    public Task Of_ten_thousand_permits_used_and_given_back_at_random_none_is_lost() => NoneIsLostAsync(10_000);

    private Task SampleAsync(int schedules) =>
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 1000]).Array[1, 150].SampleAsync(CompareAsync, iter: schedules, threads: 1);

    private async Task CompareAsync((Step Step, int Number)[] steps)
    {
        var set = await new ReplicaSet(redis, limit: Limit).StartAsync(1);
        var shared = set.All[0].Budget;
        var local = new LocalPermitBudget(Limit, set.Time, set.Now, new PermitIds());
        var held = (Shared: new List<PermitId>(), Local: new List<PermitId>());
        var (sharedTaken, localTaken) = (0, 0);

        // Past the first window, both begin with a full bucket.
        _ = await TakeAsync(shared, held.Shared) + await TakeAsync(local, held.Local);
        Settle(shared, held.Shared, isSent: true, number: 0);
        Settle(local, held.Local, isSent: true, number: 0);
        await set.PassAsync(2 * Limit.Span);
        foreach (var (step, number) in steps)
        {
            switch (step)
            {
                case Step.Take:
                    sharedTaken += await TakeAsync(shared, held.Shared);
                    localTaken += await TakeAsync(local, held.Local);
                    break;
                case Step.Send or Step.GiveBack when held.Shared.Count > 0 && held.Local.Count > 0:
                    Settle(shared, held.Shared, step == Step.Send, number);
                    Settle(local, held.Local, step == Step.Send, number);
                    break;
                case Step.CountSend:
                    shared.CountSend();
                    local.CountSend();
                    break;
                case Step.Pass:
                    await set.PassAsync(TimeSpan.FromSeconds(number / 200.0));
                    break;
                default:
                    break;
            }

            // Without bursts the shared bucket holds the permits of 50 ms more; and it counts a send when it hears of it, which may cost it a refill.
            Assert.InRange(sharedTaken - localTaken, -2, 1);
        }
    }

    private async Task NoneIsLostAsync(int permits)
    {
        var limit = new PermitLimit(1000, 200, 1000, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(1));
        var set = await new ReplicaSet(redis, limit: limit).StartAsync(2);
        var random = new Random(permits);
        var held = set.All.ToDictionary(replica => replica, _ => new List<PermitId>());
        for (var taken = 0; taken < permits;)
        {
            var replica = set.All[random.Next(set.All.Count)];
            taken += await TakeAsync(replica.Budget, held[replica]);
            if (held[replica].Count > random.Next(50))
            {
                Settle(replica.Budget, held[replica], isSent: random.Next(4) == 0, random.Next());
            }

            await set.PassAsync(TimeSpan.FromMilliseconds(random.Next(8)));
        }

        foreach (var (replica, own) in held)
        {
            own.ForEach(replica.Budget.GiveBack);
            Assert.InRange(replica.Budget.Use().Used, 0, limit.WindowLimit);
        }

        await set.PassAsync(limit.Span + TimeSpan.FromSeconds(1));
        _ = await set.All[0].SendAsync();
        await set.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await set.CountAsync());
    }

    private static async Task<int> TakeAsync(IPermitBudget budget, List<PermitId> held)
    {
        if (await budget.TakeAsync(new PermitBid([new BidCaller("crm", 10_000_000)], 1)) is not { IsTaken: true } result)
        {
            return 0;
        }

        held.Add(result.Permit);
        return 1;
    }

    private static void Settle(IPermitBudget budget, List<PermitId> held, bool isSent, int number)
    {
        var permit = held[number % held.Count];
        held.Remove(permit);
        if (isSent)
        {
            budget.MarkSent(permit);
        }
        else
        {
            budget.GiveBack(permit);
        }
    }
}
