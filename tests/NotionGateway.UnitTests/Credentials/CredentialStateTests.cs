using NotionGateway.Credentials;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Credentials;

public sealed class CredentialStateTests
{
    private static readonly TimeSpan Start = TimeSpan.FromDays(3);
    private static readonly CredentialOptions Options = Some.CredentialOptions();

    [Fact]
    public void Before_the_first_reading_nothing_can_be_used() =>
        Assert.Equal(RefusalReason.CredentialUnavailable, new CredentialState().Refuse(Options, Start)?.Reason);

    [Fact]
    public void A_token_that_was_read_can_be_used_and_is_read_again_in_time()
    {
        var state = Read(new CredentialState(), The.NotionToken, Start);
        Assert.Null(state.Refuse(Options, Start));
        Assert.Equal(Start + Options.RefreshInterval, state.Due);
    }

    [Theory]
    [InlineData(0, 270)]
    [InlineData(1, 330)]
    public void The_next_reading_is_spread_by_a_tenth_either_way(double jitter, int seconds)
    {
        var state = new CredentialState().AfterReading(Some.Token(), Options, Start, jitter);
        Assert.Equal(Start + TimeSpan.FromSeconds(seconds), state.Due);
    }

    [Fact]
    public void A_source_that_fails_leaves_the_last_good_token_for_as_long_as_it_may()
    {
        var state = Read(new CredentialState(), The.NotionToken, Start);
        state = state.AfterFailure("down", Options, Start + TimeSpan.FromHours(1), 0.5);

        Assert.Null(state.Refuse(Options, Start + TimeSpan.FromHours(24)));
        Assert.Equal(RefusalReason.CredentialUnavailable, state.Refuse(Options, Start + TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1))?.Reason);
    }

    [Fact]
    public void A_failing_source_is_asked_again_ever_later_up_to_a_minute()
    {
        var state = new CredentialState();
        var waits = new List<double>();
        for (var failure = 0; failure < 9; failure++)
        {
            state = state.AfterFailure("down", Options, Start, 0.5);
            waits.Add((state.Due - Start).TotalSeconds);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], waits);
        Assert.Equal(TimeSpan.FromSeconds(60), state.Refuse(Options, Start)!.RetryAfter);
    }

    [Fact]
    public void A_refused_token_is_quarantined_and_probed_ever_later_up_to_five_minutes()
    {
        var state = Read(new CredentialState(), The.NotionToken, Start);
        var waits = new List<double>();
        for (var rejection = 0; rejection < 8; rejection++)
        {
            state = state.AfterRejection(Start, 0.5);
            waits.Add((state.ProbeDue - Start).TotalSeconds);
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 300, 300], waits);
        Assert.Equal(RefusalReason.UpstreamUnauthorized, state.Refuse(Options, Start)?.Reason);
    }

    [Fact]
    public void Reading_the_same_token_again_does_not_end_the_quarantine()
    {
        var state = Read(new CredentialState(), The.NotionToken, Start).AfterRejection(Start, 0.5);
        Assert.True(Read(state, The.NotionToken, Start + TimeSpan.FromSeconds(1)).Quarantined);
    }

    [Fact]
    public void A_reading_in_quarantine_puts_off_no_probe_and_a_probe_puts_off_no_reading()
    {
        var state = Read(new CredentialState(), The.NotionToken, Start).AfterRejection(Start, 0.5);
        state = Read(state, The.NotionToken, Start + TimeSpan.FromSeconds(1));
        Assert.Equal((Start + TimeSpan.FromSeconds(1) + Options.RefreshInterval, Start + TimeSpan.FromSeconds(5)), (state.Due, state.ProbeDue));
        state = state.AfterFailure("down", Options, Start + TimeSpan.FromSeconds(2), 0.5).AfterRejection(Start + TimeSpan.FromSeconds(5), 0.5);
        Assert.Equal((Start + TimeSpan.FromSeconds(3), Start + TimeSpan.FromSeconds(15)), (state.Due, state.ProbeDue));
    }

    [Theory]
    [InlineData(4.9, false)]
    [InlineData(5, true)]
    public void Only_in_quarantine_a_probe_is_due(double seconds, bool due)
    {
        var state = Read(new CredentialState(), The.NotionToken, Start);
        Assert.False(state.IsProbeDue(Start + TimeSpan.FromSeconds(seconds)));
        Assert.Equal(due, state.AfterRejection(Start, 0.5).IsProbeDue(Start + TimeSpan.FromSeconds(seconds)));
        Assert.True(state.AfterRejection(Start, 0.5).DueNow().IsProbeDue(Start));
    }

    [Fact]
    public void A_new_token_ends_the_quarantine()
    {
        var state = Read(new CredentialState(), The.NotionToken, Start).AfterRejection(Start, 0.5);
        state = Read(state, The.OtherToken, Start + TimeSpan.FromSeconds(1));
        Assert.False(state.Quarantined);
        Assert.Null(state.Refuse(Options, Start + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_probe_that_succeeds_ends_the_quarantine()
    {
        var state = Read(new CredentialState(), The.NotionToken, Start).AfterRejection(Start, 0.5);
        state = state.AfterAcceptance(new NotionIdentity("bot", "space"));
        Assert.Null(state.Refuse(Options, Start));
        Assert.Equal("bot", state.Identity?.BotId);
    }

    [Fact]
    public void Silence_says_nothing_about_a_token()
    {
        var state = Read(new CredentialState(), The.NotionToken, Start).AfterAcceptance(new NotionIdentity("bot", "space"));
        Assert.Equal(state with { ProbeProblem = "connection refused" }, state.AfterSilence("connection refused", Start, 0.5));
    }

    [Fact]
    public void A_token_whose_bot_is_unknown_is_tried_again_soon_and_then_less_and_less_often()
    {
        var state = Read(new CredentialState(), The.NotionToken, Start);
        var waits = new List<double>();
        for (var probe = 0; probe < 8; probe++)
        {
            state = Read(state, The.NotionToken, Start).AfterSilence("connection refused", Start, 0.5);
            waits.Add((state.Due - Start).TotalSeconds);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], waits);
        Assert.Null(state.Refuse(Options, Start));
        Assert.Equal(1, (Read(state, The.OtherToken, Start).AfterSilence(null, Start, 0.5).Due - Start).TotalSeconds);
        var known = Read(state.AfterAcceptance(new NotionIdentity("bot", null)), The.NotionToken, Start);
        Assert.Equal(Options.RefreshInterval, known.Due - Start);
    }

    [Fact]
    public void Another_token_is_somebody_else_until_Notion_has_said_who()
    {
        var state = Read(new CredentialState(), The.NotionToken, Start).AfterAcceptance(new NotionIdentity("bot", null));
        Assert.Null(Read(state, The.OtherToken, Start).Identity);
    }

    private static CredentialState Read(CredentialState state, string token, TimeSpan now) => state.AfterReading(Some.Token(token), Options, now, 0.5);
}
