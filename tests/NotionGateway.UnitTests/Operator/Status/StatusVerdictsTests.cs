using NotionGateway.Operator.Status;

namespace NotionGateway.UnitTests.Operator.Status;

public sealed class StatusVerdictsTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 1, 9, 12, 0, TimeSpan.Zero);

    private static readonly StatusSnapshot Well = new() { Configuration = new StatusConfiguration { Hash = "abc", AcceptedAt = At } };

    [Fact]
    public void Where_nothing_is_wrong_every_line_says_so()
    {
        var verdicts = StatusVerdicts.Of(Well, new Use { Requests = 10, Sent = 10, Notion = TimeSpan.FromSeconds(3), Own = TimeSpan.FromMilliseconds(5) }, []);

        Assert.All(verdicts, verdict => Assert.True(verdict.Ok, verdict.Text));
        Assert.Contains("10 requests, 0 % failed, mean 300 ms", verdicts[0].Text);
        Assert.Contains("adds 0.5 ms", verdicts[1].Text);
    }

    [Fact]
    public void What_needed_no_permit_is_counted()
    {
        var verdicts = StatusVerdicts.Of(Well, new Use { Requests = 100, Sent = 20, FromMemory = 70, Joined = 10 }, []);
        Assert.Contains(verdicts, verdict => verdict is
        {
            Ok: true,
            Text: "Cache: 80 of 100 requests needed no permit: 70 from memory, 10 with an identical one, 5.0 times what was sent (last minute).",
        });
    }

    [Fact]
    public void A_connection_that_fails_is_named_though_all_others_work()
    {
        var status = Well with
        {
            Connections =
            [
                new StatusConnection { Credentials = ["good"], LastMinute = new StatusUse { Requests = 1000, Sent = 1000 } },
                new StatusConnection { Credentials = ["small"], LastMinute = new StatusUse { Requests = 3, Sent = 3, Failed = 3 } },
            ],
        };

        Assert.Equal("Notion fails on small", Bad(status, new Use { Requests = 1003, Sent = 1003, Failed = 3 }).Single().Split(':')[0]);
    }

    [Fact]
    public void Who_eats_the_quota_is_named_where_somebody_is_turned_away()
    {
        var status = Well with
        {
            Connections =
            [
                new StatusConnection
                {
                    Credentials = ["default"],
                    Waiting = 113,
                    LastMinute = new StatusUse { TurnedAway = 846 },
                    Callers =
                    [
                        new StatusCaller { Caller = "crm", Share = 0.36, LastMinute = new StatusUse { Sent = 36 } },
                        new StatusCaller { Caller = "batch", Share = 0.64, LastMinute = new StatusUse { Sent = 64 } },
                    ],
                },
            ],
        };

        Assert.Equal(
            "Quota of default is used up: 113 wait, 846 turned away in the last minute; batch has the largest share (64 %).",
            Bad(status, new Use { Requests = 1, Sent = 1 }).Single());
    }

    [Theory]
    [InlineData("refused", null, "Credential dying: Notion rejects its token. Replace it at its source (File).")]
    [InlineData("unavailable", "no such file", "Credential dying: unavailable: no such file.")]
    [InlineData("usable", "no such file", "Credential dying: works, but no such file.")]
    public void A_credential_that_dies_is_named(string state, string? problem, string text) => Assert.Equal(
        text,
        Bad(Well with { Credentials = [new StatusCredential { Name = "dying", Source = "File", State = state, Problem = problem }] }, default).Single());

    [Fact]
    public void A_401_after_the_last_success_is_an_early_sign_and_one_before_it_is_none()
    {
        var credential = new StatusCredential { Name = "a", State = "usable", LastSuccess = At, LastUnauthorized = At.AddSeconds(1) };
        Assert.Contains("Notion's last response to it was 401", Bad(Well with { Credentials = [credential] }, default).Single());
        Assert.Empty(Bad(Well with { Credentials = [credential with { LastUnauthorized = At.AddSeconds(-1) }] }, default));
    }

    [Fact]
    public void A_refused_configuration_is_told_with_its_errors_and_with_the_one_that_runs()
    {
        var refused = Well with { Configuration = Well.Configuration with { RefusedAt = At.AddHours(5), Errors = ["Gateway:A: x", "B", "C", "D"] } };
        Assert.Equal(
            "Configuration: the change of 14:12:00Z was REFUSED (errors: 4); abc of 2026-01-01 09:12:00Z runs.",
            Bad(refused, default).Single());

        var restart = Well with { Configuration = Well.Configuration with { NeedRestart = ["Gateway:Forwarding"] } };
        Assert.Contains("Gateway:Forwarding changed and needs a restart", Bad(restart, default).Single());
    }

    [Fact]
    public void An_instance_that_is_not_ready_and_a_defect_are_told()
    {
        Assert.Contains("not ready: shutting down", Bad(Well with { NotReady = "shutting down" }, default).Single());
        Assert.Contains("2 internal errors", Bad(Well, new Use { Requests = 2, Defects = 2 }).Single());
    }

    [Fact]
    public void What_other_parts_say_of_themselves_is_told_in_their_words()
    {
        var verdicts = StatusVerdicts.Of(Well, default, [new PartNote(Ok: false, "shared budget: lost for 5 s"), new PartNote(Ok: true, "1 of 3")]);

        Assert.Contains(new StatusVerdict(false, "Shared budget: lost for 5 s."), verdicts);
        Assert.Contains(new StatusVerdict(true, "1 of 3."), verdicts);
    }

    private static IEnumerable<string> Bad(StatusSnapshot status, Use use) =>
        StatusVerdicts.Of(status, use, []).Where(verdict => !verdict.Ok).Select(verdict => verdict.Text);
}
