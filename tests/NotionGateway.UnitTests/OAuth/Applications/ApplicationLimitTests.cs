using Microsoft.Extensions.Time.Testing;
using NotionGateway.OAuth.Applications;

namespace NotionGateway.UnitTests.OAuth.Applications;

public sealed class ApplicationLimitTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ApplicationLimit _limit;

    public ApplicationLimitTests() => _limit = new ApplicationLimit(_time);

    [Fact]
    public void A_burst_goes_through_and_then_what_the_time_gives()
    {
        Assert.Equal(ApplicationLimit.Burst, Enumerable.Range(0, 100).Count(_ => Try() is null));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(ApplicationLimit.Burst, Enumerable.Range(0, 100).Count(_ => Try() is null));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ApplicationLimit.PerSecond, Enumerable.Range(0, 100).Count(_ => Try() is null));
    }

    [Fact]
    public void Who_asks_too_often_is_told_when_to_come_back_and_then_gets_through()
    {
        Refusal? refusal;
        while ((refusal = Try()) is null)
        {
        }

        Assert.Equal((RefusalReason.WaitTooLong, "temporarily_unavailable"), (refusal.Reason, refusal.OAuthError));
        _time.Advance(refusal.RetryAfter!.Value);
        Assert.Null(Try());
    }

    [Fact]
    public void So_many_at_once_and_no_more_until_one_has_ended()
    {
        var entered = Enumerable.Range(0, ApplicationLimit.AtOnce).Select(_ => _limit.TryEnter("crm", "app", out var none)).ToList();
        Assert.All(entered, Assert.NotNull);
        Assert.Null(_limit.TryEnter("crm", "app", out var refusal));
        Assert.Equal((RefusalReason.QueueFull, TimeSpan.FromSeconds(1)), (refusal!.Reason, refusal.RetryAfter));
        entered[0]!.Dispose();
        Assert.Null(Try());
    }

    [Fact]
    public void One_application_takes_nothing_from_another()
    {
        while (Try() is null)
        {
        }

        Assert.Null(Try(caller: "hr"));
        Assert.Null(Try(app: "another"));
    }

    private Refusal? Try(string caller = "crm", string app = "app")
    {
        _limit.TryEnter(caller, app, out var refusal)?.Dispose();
        return refusal;
    }
}
