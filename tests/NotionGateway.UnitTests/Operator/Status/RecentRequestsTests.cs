using Microsoft.Extensions.Time.Testing;
using NotionGateway.Forwarding;
using NotionGateway.Operator.Status;
using NotionGateway.Telemetry;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Operator.Status;

public sealed class RecentRequestsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly RecentRequests _recent;

    public RecentRequestsTests() => _recent = new RecentRequests(_time);

    [Fact]
    public void A_flood_without_keys_hides_neither_requests_nor_denials_of_callers()
    {
        End("the one that counts", Denied("crm", RefusalReason.NotPermitted));
        for (var number = 0; number < 10_000; number++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            for (var attempt = 0; attempt < 2; attempt++)
            {
                End($"{number}", Denied(null, RefusalReason.InvalidKey) with { Key = $"{number:x8}", Peer = "10.0.0.1" });
            }
        }

        Assert.Empty(_recent.Requests);
        Assert.Contains(_recent.Denials, denial => denial.Id == "the one that counts");
        Assert.Equal(201, _recent.Denials.Count);
        Assert.Equal("9999", _recent.Denials[0].Id);
        var counted = _recent.DenialsLastMinute[0];
        Assert.Equal(("crm", 1, "the one that counts"), (counted.Caller, counted.Count, counted.LastId));
        Assert.Equal(201, _recent.DenialsLastMinute.Count);
        Assert.Equal(2, _recent.DenialsLastMinute[1].Count);
    }

    [Fact]
    public void The_loop_of_one_caller_hides_neither_the_requests_nor_the_denials_of_another()
    {
        End("answered", Answered(200));
        End("denied", Denied("crm", RefusalReason.NotPermitted));
        for (var number = 0; number < 10_000; number++)
        {
            End($"{number}", Denied("batch", RefusalReason.WaitTooLong));
        }

        Assert.Equal("answered", Assert.Single(_recent.Requests).Id);
        Assert.Equal("denied", Assert.Single(_recent.DenialsLastMinute, denials => denials.Caller == "crm").LastId);
    }

    [Fact]
    public void What_is_kept_is_bounded()
    {
        for (var number = 0; number < 2000; number++)
        {
            End($"{number}", Denied("crm", RefusalReason.WaitTooLong));
            End($"{number}", Answered(200));
        }

        Assert.Equal((500, 200), (_recent.Requests.Count, _recent.Denials.Count));
        Assert.Equal(2000, _recent.Uses.Sums()[new UseKey("none", "crm")].TurnedAway);
        Assert.Equal(2000, Assert.Single(_recent.DenialsLastMinute).Count);
    }

    [Fact]
    public void Each_of_the_last_200_denials_of_callers_is_found_whatever_comes_without_a_key()
    {
        for (var number = 0; number < RecentRequests.MostDenials; number++)
        {
            End($"caller {number}", Denied("crm", RefusalReason.WaitTooLong));
            End($"stranger {number}", Denied(null, RefusalReason.InvalidKey));
        }

        Assert.Equal(
            Enumerable.Range(0, RecentRequests.MostDenials).SelectMany(number => new[] { $"caller {number}", $"stranger {number}" }).Order(),
            _recent.Denials.Select(denial => denial.Id).Order());
    }

    [Fact]
    public void The_message_of_a_denial_is_kept_within_bounds_and_without_what_looks_like_a_secret()
    {
        End("short", Denied("crm", RefusalReason.WaitTooLong) with { Refusal = new Refusal(RefusalReason.WaitTooLong, "Nothing was sent.") });
        End("long", Denied("crm", RefusalReason.WaitTooLong) with
        {
            Refusal = new Refusal(
                RefusalReason.UpstreamOverloaded,
                $"{The.NotionToken} {new string('x', RecentRequests.LongestMessage - 13)}\U0001F600 {new string('y', 10_000)}"),
        });
        End("answered", Answered(404));

        var kept = _recent.Denials.ToDictionary(denial => denial.Id, denial => denial.Message!);
        Assert.Equal("Nothing was sent.", kept["short"]);
        Assert.StartsWith("[redacted] xxx", kept["long"]);
        Assert.EndsWith("x…", kept["long"]);
        Assert.InRange(kept["long"].Length, RecentRequests.LongestMessage - 1, RecentRequests.LongestMessage);
        Assert.Null(Assert.Single(_recent.Requests).Message);
    }

    [Fact]
    public void A_request_is_told_apart_into_queue_Notion_and_the_gateway_itself()
    {
        End("one", Answered(200));
        End("two", Answered(500) with { Queued = TimeSpan.FromMilliseconds(150), Paused = TimeSpan.FromMilliseconds(500) });

        var use = Assert.Single(_recent.Uses.Sums()).Value;
        Assert.Equal((2, 2, 1), (use.Requests, use.Sent, use.Failed));
        Assert.Equal((TimeSpan.FromMilliseconds(600), TimeSpan.FromMilliseconds(100)), (use.Notion, use.Own));
    }

    private static RequestFacts Answered(int status) => new()
    {
        Caller = Some.Caller("crm"),
        Credential = CredentialName.Default,
        Status = status,
        Outcome = RequestOutcome.Answered,
        Attempts = 1,
        Queued = TimeSpan.FromMilliseconds(650),
        Upstream = new UpstreamTiming(TimeSpan.FromMilliseconds(300), "n-1"),
    };

    private static RequestFacts Denied(string? caller, RefusalReason reason) => new()
    {
        Caller = caller is null ? null : Some.Caller(caller),
        Refusal = new Refusal(reason, "no"),
        Status = reason.Status,
        Outcome = RequestOutcome.Denied,
        Upstream = UpstreamTiming.None,
    };

    private void End(string id, RequestFacts facts) => _recent.Ended(facts, id, TimeSpan.FromSeconds(1));
}
