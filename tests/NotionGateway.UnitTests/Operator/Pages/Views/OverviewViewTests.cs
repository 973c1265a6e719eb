using NotionGateway.Operator.Pages.Views;
using NotionGateway.Operator.Status;

namespace NotionGateway.UnitTests.Operator.Pages.Views;

public sealed class OverviewViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 14, 5, 0, TimeSpan.Zero);

    private static readonly StatusSnapshot Quiet = new() { At = Now, Configuration = new StatusConfiguration { Hash = "abc", AcceptedAt = Now.AddHours(-5) } };

    [Fact]
    public void A_gateway_that_nobody_uses_has_a_view_too()
    {
        var view = OverviewView.Of(Quiet);

        Assert.Empty(view.Connections);
        Assert.Empty(view.Credentials);
        Assert.Empty(view.Denials);
        Assert.Equal(0, view.FurtherConnections);
    }

    [Fact]
    public void What_needs_attention_comes_first() => Assert.Equal(
        [false, true],
        OverviewView.Of(Quiet with { Verdict = [new StatusVerdict(true, "fine"), new StatusVerdict(false, "look")] }).Verdict.Select(verdict => verdict.Ok));

    [Fact]
    public void Of_200_callers_and_many_connections_the_busiest_are_shown_and_the_others_counted()
    {
        var callers = Enumerable.Range(0, 50).Select(number => new StatusCaller { Caller = $"caller-{number}" }).ToList();
        var view = OverviewView.Of(Quiet with
        {
            Connections = [.. Enumerable.Range(0, 100).Select(number => new StatusConnection { Credentials = [$"c{number}"], Callers = callers })],
            FurtherConnections = 7,
        });

        Assert.Equal((20, 87), (view.Connections.Count, view.FurtherConnections));
        Assert.Equal((10, 40), (view.Connections[0].Callers.Count, view.Connections[0].FurtherCallers));
        Assert.Equal("and 40 more callers that wait and send less.", view.Connections[0].FurtherCallersText);
        Assert.Equal("and 1 more connection that is less busy.", (view with { FurtherConnections = 1 }).FurtherConnectionsText);
    }

    [Fact]
    public void A_connection_says_how_full_its_window_is_who_waits_and_how_Notion_answers()
    {
        var view = ConnectionView.Of(new StatusConnection
        {
            Credentials = ["default", "twin"],
            WindowUsed = 180,
            WindowLimit = 180,
            Waiting = 113,
            OldestSeconds = 29.8,
            Pauses = [new StatusPause("credential", 12)],
            LastMinute = new StatusUse { Requests = 200, Sent = 180, Failed = 9, NotionMeanMs = 310, NotionSlowestMs = 900 },
        });

        Assert.Equal(("default", "twin"), (view.Name, view.SharedWith));
        Assert.Equal(("180 / 180", 100, Tone.Warn), (view.Window, view.WindowPart, view.WindowTone));
        Assert.Equal(("113, oldest 30 s", "12 s (credential)"), (view.Waiting, view.Pause));
        Assert.Equal(("mean 310 ms, slowest 900 ms, 5 % failed", Tone.Warn), (view.Notion, view.NotionTone));
    }

    [Theory]
    [InlineData(0, 10, Tone.Quiet)]
    [InlineData(1, 10, Tone.Warn)]
    [InlineData(5, 10, Tone.Bad)]
    public void Failures_of_Notion_are_marked_by_their_rate(long failed, long requests, string tone)
    {
        var use = new StatusUse { Requests = requests, Sent = requests, Failed = failed };

        Assert.Equal(tone, ConnectionView.Of(new StatusConnection { Credentials = ["a"], LastMinute = use }).NotionTone);
    }

    [Fact]
    public void A_callers_share_and_wait_are_shown_as_they_are()
    {
        var view = CallerView.Of(new StatusCaller
        {
            Caller = "batch",
            Share = 0.386,
            Weight = 2,
            Waiting = 108,
            OldestSeconds = 29.8,
            NextWaitsSeconds = 30.2,
            LastMinute = new StatusUse { Sent = 69, TurnedAway = 846 },
        });

        Assert.Equal(("39 %", 39, 69L, "2"), (view.Share, view.SharePart, view.Sent, view.Weight));
        Assert.Equal((108, "30 s", "30 s", Tone.Warn, 846L), (view.Waiting, view.Oldest, view.NextWaits, view.NextTone, view.TurnedAway));
        Assert.Equal(("-", Tone.Quiet), (CallerView.Of(new StatusCaller { NextWaitsSeconds = 0.9 }).Oldest, CallerView.Of(new StatusCaller()).NextTone));
    }

    [Theory]
    [InlineData("usable", null, null, 1.0, Tone.Good, false)]
    [InlineData("usable", "no such file", null, 1.0, Tone.Warn, false)]
    [InlineData("usable", null, 0.5, 1.0, Tone.Warn, true)]
    [InlineData("usable", null, 2.0, 1.0, Tone.Good, false)]
    [InlineData("usable", null, 2.0, null, Tone.Warn, true)]
    [InlineData("refused", null, 0.5, 1.0, Tone.Bad, true)]
    [InlineData("unavailable", "no such file", null, null, Tone.Bad, false)]
    [InlineData("untried", null, null, null, Tone.Quiet, false)]
    public void A_credential_that_dies_is_marked_early(
        string state, string? problem, double? unauthorizedMinutesAgo, double? successMinutesAgo, string tone, bool isSuspect)
    {
        var view = CredentialView.Of(
            new StatusCredential
            {
                Name = "a",
                State = state,
                Problem = problem,
                LastUnauthorized = MinutesAgo(unauthorizedMinutesAgo),
                LastSuccess = MinutesAgo(successMinutesAgo),
            },
            Quiet);

        Assert.Equal((tone, isSuspect), (view.StateTone, view.IsSuspect));
        Assert.Equal(tone is Tone.Warn or Tone.Bad, view.IsInTrouble);
    }

    [Fact]
    public void Credentials_of_one_connection_name_each_other()
    {
        var status = Quiet with { Connections = [new StatusConnection { Credentials = ["a", "b"] }] };

        Assert.Equal("b", CredentialView.Of(new StatusCredential { Name = "a" }, status).SharesWith);
        Assert.Equal("-", CredentialView.Of(new StatusCredential { Name = "c" }, status).SharesWith);
    }

    [Fact]
    public void A_cause_of_denials_leads_to_its_single_denials()
    {
        var status = Quiet with { DenialsLastMinute = [new StatusDenials("a&b=\"x", "wait_too_long", null, 846, "10.0.3.17", "id")] };

        var cause = Assert.Single(DenialCauseView.Of(status, 10));

        Assert.Equal("/denials?caller=a%26b%3D%22x&reason=wait_too_long", cause.Path);
        Assert.Equal(("-", "10.0.3.17", 846L), (cause.Key, cause.Peer, cause.Count));
    }

    [Fact]
    public void A_refused_configuration_is_shown_with_its_errors()
    {
        var view = ConfigurationView.Of(Quiet with { Configuration = Quiet.Configuration with { RefusedAt = Now.AddMinutes(-4), Errors = ["Gateway:A: x"] } });

        Assert.Equal("2026-11-28 14:01:00Z, 4 min ago", view.Refused);
        Assert.Equal(["Gateway:A: x"], view.Errors);
        Assert.Null(ConfigurationView.Of(Quiet).Refused);
    }

    private static DateTimeOffset? MinutesAgo(double? minutes) => minutes is { } ago ? Now.AddMinutes(-ago) : null;
}
