using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.Notion;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl.Attempts;

public sealed class AttemptJudgeTests
{
    private static readonly NotionError Nothing = NotionError.Unknown;

    private readonly Queues _flow = new();
    private readonly RetrySuppression _suppression;
    private readonly NotionGateway.Credentials.Credential _credential = Queues.Credential(bot: "bot");

    public AttemptJudgeTests() => _suppression = new RetrySuppression(_flow.Time);

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(501)]
    public void A_response_that_is_no_temporary_failure_is_handed_on(int status) => Assert.Equal(default, Judge(Sending(), status));

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(302, false)]
    [InlineData(403, false)] // It may be somebody's on the way.
    [InlineData(404, false)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    public void Only_a_response_that_says_that_it_was_done_is_a_success_of_the_token(int status, bool succeeded)
    {
        Judge(Sending(), status);
        Assert.Equal(succeeded ? _flow.Now : (TimeSpan?)null, _credential.LastSuccess);
    }

    [Theory]
    [InlineData(429, RetryCause.RateLimited)]
    [InlineData(529, RetryCause.Overloaded)]
    internal void What_Notion_has_not_done_is_repeated_after_the_pause_even_a_write(int status, RetryCause cause)
    {
        var verdict = Judge(Sending("pages.create"), status, retryAfter: "7");

        // The queue waits for the end of the pause, so the repeat itself does not.
        Assert.Equal(new AttemptVerdict(new AttemptOutcome.Repeat(cause, TimeSpan.Zero), TimeSpan.FromSeconds(7)), verdict);
    }

    [Theory]
    [InlineData("pages.retrieve", true)]
    [InlineData("blocks.delete", true)]
    [InlineData("pages.create", false)]
    [InlineData("blocks.update", false)]
    public void A_server_error_is_repeated_only_where_twice_is_as_once(string operation, bool repeats)
    {
        var repeat = Judge(Sending(operation), 503).Instead as AttemptOutcome.Repeat;
        Assert.Equal(repeats, repeat is { Cause: RetryCause.ServerError });
    }

    [Fact]
    public void Repeats_of_server_errors_come_at_growing_distances()
    {
        double Wait(int attempts) => Assert.IsType<AttemptOutcome.Repeat>(Judge(Sending(attempts: attempts), 500).Instead).Wait.TotalSeconds;

        Assert.InRange(Wait(1), 0.25, 0.5);
        Assert.InRange(Wait(2), 0.5, 1);
        Assert.InRange(Wait(3), 1, 2);
    }

    [Fact]
    public void A_server_error_that_says_when_is_repeated_then() =>
        Assert.Equal(new AttemptOutcome.Repeat(RetryCause.ServerError, TimeSpan.FromSeconds(9)), Judge(Sending(), 503, retryAfter: "9").Instead);

    [Fact]
    public void An_error_in_which_Notion_says_how_to_go_on_is_handed_on() =>
        Assert.Null(Judge(Sending(), 500, new NotionError { HasGuidance = true }).Instead);

    [Fact]
    public void After_the_last_attempt_Notions_response_is_handed_on()
    {
        Assert.NotNull(Judge(Sending(attempts: 3), 503).Instead);
        Assert.Null(Judge(Sending(attempts: 4), 503).Instead);
        Assert.Equal((null, (TimeSpan?)TimeSpan.FromSeconds(7)), Parts(Judge(Sending(attempts: 4), 429, retryAfter: "7")));
    }

    [Fact]
    public void A_529_that_is_not_repeated_becomes_a_429_with_Notions_words()
    {
        var error = new NotionError { Message = "Try later.", RequestId = "their-id" };
        var failed = Assert.IsType<AttemptOutcome.Failed>(Judge(Sending(attempts: 4), 529, error, retryAfter: "7").Instead);

        Assert.Equal(RefusalReason.UpstreamOverloaded, failed.Refusal.Reason);
        Assert.Equal(("Try later.", "their-id"), (failed.Refusal.Message, failed.Refusal.RequestId));
        Assert.Equal(TimeSpan.FromSeconds(7), failed.Refusal.RetryAfter);
        Assert.False(failed.IsConnectionLoss);
    }

    [Fact]
    public void A_block_is_handed_on_since_waiting_does_not_help() =>
        Assert.Equal(default, Judge(Sending(), 429, new NotionError { LimitReason = LimitReason.Blocked }, retryAfter: "7"));

    [Theory]
    [InlineData(29, true)]
    [InlineData(30, true)]
    [InlineData(31, false)]
    public void A_repeat_must_begin_before_the_callers_deadline(int seconds, bool repeats)
    {
        Assert.Equal(repeats, Judge(Sending(), 503, retryAfter: $"{seconds}").Instead is AttemptOutcome.Repeat);
        Assert.Equal(repeats, Judge(Sending("search"), 429, retryAfter: $"{seconds}").Instead is AttemptOutcome.Repeat);
    }

    [Theory]
    [InlineData(35, true)]
    [InlineData(36, false)]
    public void All_repeats_of_a_request_share_one_span_of_time(int seconds, bool repeats)
    {
        var sending = Sending();
        _flow.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(repeats, Judge(sending, 503, retryAfter: $"{seconds}", maxWait: TimeSpan.FromHours(1)).Instead is AttemptOutcome.Repeat);
    }

    [Fact]
    public void A_request_that_was_given_up_is_not_repeated_again_until_it_succeeds()
    {
        Judge(Sending(attempts: 4), 503);
        Assert.Null(Judge(Sending(), 503).Instead);
        Assert.NotNull(Judge(Sending("search"), 503).Instead);

        Judge(Sending(), 200);
        Assert.NotNull(Judge(Sending(), 503).Instead);
    }

    [Theory]
    [InlineData("pages.create", false, false, true)]
    [InlineData("pages.create", true, false, false)]
    [InlineData("pages.create", true, true, true)] // Sent, but Notion says that it did not look at it.
    [InlineData("pages.retrieve", true, false, true)]
    [InlineData("blocks.delete", true, false, true)]
    public void A_lost_connection_is_replaced_where_that_cannot_write_twice(string operation, bool sent, bool nothingDone, bool repeats)
    {
        var repeat = OfFailure(Sending(operation), new AttemptOutcome.Failed(Broke, IsConnectionLoss: true, nothingDone), sent);

        Assert.Equal(repeats, repeat is not null);
        Assert.InRange(repeat?.Wait.TotalSeconds ?? 0.1, 0.05, 0.1);
        Assert.Equal(RetryCause.Connection, repeat?.Cause ?? RetryCause.Connection);
    }

    [Fact]
    public void Any_other_failure_is_the_last() => Assert.Null(OfFailure(Sending(), new AttemptOutcome.Failed(Broke), sent: false));

    private static Refusal Broke => new(RefusalReason.UpstreamReset, "broke");

    private static (AttemptOutcome? Instead, TimeSpan? Pause) Parts(AttemptVerdict verdict) => (verdict.Instead, verdict.Pause);

    private AttemptJudge Judge() => new(_flow.Feedback, _suppression, _flow.Options, _flow.Time, new Random(1));

    private AttemptVerdict Judge(Sending sending, int status, NotionError? error = null, string? retryAfter = null, TimeSpan? maxWait = null) =>
        Judge().OfResponse(sending, Permit(sending, maxWait), new UpstreamResponse(status, error ?? Nothing, retryAfter));

    private AttemptOutcome.Repeat? OfFailure(Sending sending, AttemptOutcome.Failed failed, bool sent) =>
        Judge().OfFailure(sending, Permit(sending, null), failed, sent);

    private PermitRequest Permit(Sending sending, TimeSpan? maxWait) =>
        new(_credential, "crm", 1, _flow.Now + (maxWait ?? TimeSpan.FromSeconds(30))) { Operation = sending.Operation };

    private Sending Sending(string operation = "pages.retrieve", int attempts = 1)
    {
        var sending = _flow.Sending(_credential, Some.Admission(_flow.Rules.Current, Some.Caller("crm"), operation, target: $"/v1/{operation}"));
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            sending.Begin();
        }

        return sending;
    }
}
