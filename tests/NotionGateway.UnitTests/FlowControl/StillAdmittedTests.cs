using CsCheck;
using NotionGateway.FlowControl.Budget;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl;

/// <summary>What was checked before a wait is checked again after it: what ends while requests wait ends for them too, at once and without a permit.</summary>
public sealed class StillAdmittedTests
{
    private static readonly PermitLimit Slow = new(1, 1, 60, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(0.5));

    // The slowest of them serves every remaining caller, repeats included, within the ten minutes of the test.
    private static readonly Gen<PermitLimit> Limits = Gen.Select(
        Gen.Double[0.5, 20], Gen.Int[1, 10], Gen.Int[4, 60], Gen.Int[1000, 20_000],
        (rate, burst, window, length) => new PermitLimit(rate, burst, window, TimeSpan.FromMilliseconds(length), TimeSpan.Zero));

    public enum Change
    {
        TokenDies,
        TimeIsUp,
        CallerIsDisabled,
        CallerIsRemoved,
        KeyIsExchanged,
        PermissionIsTaken,
        CredentialIsRemoved,
    }

    [Theory]
    [InlineData(Change.TokenDies, "upstream_unauthorized")]
    [InlineData(Change.TimeIsUp, "shutting_down")]
    [InlineData(Change.CallerIsDisabled, "caller_disabled")]
    [InlineData(Change.CallerIsRemoved, "invalid_key")]
    [InlineData(Change.KeyIsExchanged, "invalid_key")]
    [InlineData(Change.PermissionIsTaken, "not_permitted")]
    [InlineData(Change.CredentialIsRemoved, "credential_unavailable")]
    public void Sixty_that_wait_are_told_at_once_and_none_is_sent(Change change, string reason)
    {
        var callers = new WaitingCallers(Slow, "crm", "other");
        for (var request = 0; request < 61; request++)
        {
            callers.Ask("crm");
        }

        callers.Settle();
        var sent = callers.Sent.Count;
        Assert.InRange(sent, 1, 2);

        Do(callers, change);
        callers.Settle();

        var told = callers.All.Where(one => one.End is { IsCompletedSuccessfully: true, Result: not null }).Select(one => one.End.Result!.Reason.Name).ToList();
        Assert.Equal(61 - sent, told.Count);
        Assert.All(told, name => Assert.Equal(reason, name));
        callers.Pass(30_000);
        Assert.Equal(sent, callers.Sent.Count);
    }

    [Fact]
    public void Another_caller_is_not_touched_and_moves_up()
    {
        var callers = new WaitingCallers(Slow, "crm", "other");
        for (var request = 0; request < 30; request++)
        {
            callers.Ask("crm");
        }

        callers.Ask("other");
        callers.Ask("other");
        callers.Settle();
        Do(callers, Change.CallerIsDisabled);
        callers.Pass(3_000);

        Assert.Equal(2, callers.Sent.Count(one => one.Caller == "other"));
    }

    [Fact]
    public async Task One_that_names_no_credential_follows_its_caller_to_another()
    {
        var callers = new WaitingCallers(Slow, "crm");
        callers.Ask("crm");
        callers.Ask("crm");
        callers.Ask("crm", chosen: "default");
        callers.Settle();
        callers.ReloadCaller("crm", caller => caller with { Credential = "second" });
        callers.RemoveCredential("default");
        callers.Pass(10_000);

        Assert.Equal([Some.Token(), Some.Token(The.OtherToken)], callers.Sent.Select(one => one.Token));
        Assert.Equal("credential_not_allowed", (await callers.All[2].End)?.Reason.Name);
    }

    [Fact]
    public void A_change_at_any_moment_lets_nothing_out_after_it_and_loses_neither_answers_nor_permits() =>
        Gen.Select(Limits, Gen.Enum<Change>(), Gen.Int[1, 60], Gen.Int[0, 8_000], Gen.Int[0, 3].Array[60]).Sample(
            (limit, change, count, when, repeats) =>
            {
                var callers = new WaitingCallers(limit, "crm", "other");
                for (var request = 0; request < count; request++)
                {
                    callers.Ask(request % 3 == 0 ? "other" : "crm", repeats[request]);
                }

                callers.Settle();
                callers.Pass(when);
                var before = callers.Sent.Count;
                Do(callers, change);
                callers.Settle();
                AssertNoneOutAfter(callers, change, before);
                callers.Pass(2_000);
                AssertNoneOutAfter(callers, change, before);

                for (var beat = 0; beat < 3_000 && callers.All.Exists(one => !one.End.IsCompleted); beat++)
                {
                    callers.Pass(200);
                }

                AssertNoneOutAfter(callers, change, before);
                Assert.All(callers.All, one => Assert.True(one.End.IsCompletedSuccessfully));
                callers.Queues.Time.Advance(limit.Span + TimeSpan.FromMinutes(1));
                callers.Queues.Table.Sweep();
                Assert.Equal(0, callers.Queues.Table.Count);
                return true;
            },
            iter: 60,
            threads: 2);

    private static void AssertNoneOutAfter(WaitingCallers callers, Change change, int before)
    {
        var concerned = change is Change.TokenDies or Change.TimeIsUp or Change.CredentialIsRemoved ? new[] { "crm", "other" } : ["crm"];
        Assert.DoesNotContain(callers.Sent.Skip(before), one => concerned.Contains(one.Caller));
        Assert.All(callers.All.Where(one => concerned.Contains(one.Caller)), one => Assert.True(one.End.IsCompleted, "Somebody goes on waiting in vain."));
    }

    private static void Do(WaitingCallers callers, Change change)
    {
        switch (change)
        {
            case Change.TokenDies:
                callers.TokenDies();
                break;
            case Change.TimeIsUp:
                callers.TimeIsUp();
                break;
            case Change.CallerIsDisabled:
                callers.ReloadCaller("crm", caller => caller with { Disabled = true });
                break;
            case Change.CallerIsRemoved:
                callers.ReloadCaller("crm", _ => null);
                break;
            case Change.KeyIsExchanged:
                callers.ReloadCaller("crm", caller => caller with { Keys = [KeyDigest.Of("another key")] });
                break;
            case Change.PermissionIsTaken:
                callers.ReloadCaller("crm", caller => caller with { Permissions = Some.Permissions("read_content") });
                break;
            default:
                callers.RemoveCredential("default");
                break;
        }
    }
}
