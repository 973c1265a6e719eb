using NotionGateway.Credentials;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.Notion;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl.Attempts;

public sealed class RateLimitFeedbackTests
{
    private readonly Queues _flow = new();
    private readonly Credential _credential = Queues.Credential(bot: "bot", workspace: "acme");

    [Theory]
    [InlineData(null, LimitLevel.Credential)]
    [InlineData(LimitReason.Connection, LimitLevel.Credential)]
    [InlineData("a_word_that_is_not_known_yet", LimitLevel.Credential)]
    [InlineData(LimitReason.Workspace, LimitLevel.Workspace)]
    [InlineData(LimitReason.Endpoint, LimitLevel.Endpoint)]
    internal void What_is_paused_is_what_Notion_names(string? reason, LimitLevel level)
    {
        Note(reason, "5");
        Assert.Equal([new Cooldown(level, In(5))], Cooldowns(_credential));
    }

    [Fact]
    public void A_level_that_cannot_be_determined_pauses_the_connection()
    {
        var unknown = Queues.Credential("unknown", The.OtherToken, bot: "other");
        _flow.Feedback.Note(unknown, Some.Operation("search"), Response(LimitReason.Workspace, "5"), 1);
        Assert.Equal([new Cooldown(LimitLevel.Credential, In(5))], Cooldowns(unknown));

        _flow.Feedback.Note(_credential, operation: null, Response(LimitReason.Endpoint, "5"), 1);
        Assert.Equal([new Cooldown(LimitLevel.Credential, In(5))], Cooldowns(_credential));
    }

    [Fact]
    public void A_limit_of_the_workspace_pauses_all_of_its_connections_and_no_other()
    {
        var same = Queues.Credential("same", "ntn_same", bot: "second", workspace: "acme");
        var other = Queues.Credential("other", "ntn_other", bot: "third", workspace: "elsewhere");
        Assert.All([same, other], credential => Assert.Empty(Cooldowns(credential)));

        Note(LimitReason.Workspace, "5");

        Assert.Equal([new Cooldown(LimitLevel.Workspace, In(5))], Cooldowns(same));
        Assert.Empty(Cooldowns(other));
    }

    [Fact]
    public void A_block_pauses_nothing_since_waiting_does_not_help()
    {
        Assert.Null(Note(LimitReason.Blocked, "5"));
        Assert.Empty(Cooldowns(_credential));
        Assert.Single(_flow.Logs.Named("BlockedByNotion"));
    }

    [Theory]
    [InlineData("7", "9", 7)]
    [InlineData("soon", "9", 9)]
    [InlineData(null, "9", 9)]
    [InlineData("0", null, 1)]
    [InlineData("86400", null, 600)]
    public void The_wait_is_the_headers_or_else_the_bodys(string? header, string? body, int seconds) =>
        Assert.Equal(In(seconds), Note(reason: null, header, body));

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(3, 2, 4)]
    [InlineData(20, 15, 30)]
    public void A_wait_that_is_not_said_grows_with_the_attempts(int attempt, int least, int most)
    {
        var end = _flow.Feedback.Note(_credential, Some.Operation("search"), Response(null, null), attempt);
        Assert.InRange(end!.Value, In(least), In(most));
    }

    [Fact]
    public void A_pause_is_logged_when_it_begins_and_not_for_each_response_in_it()
    {
        Note(reason: null, "5");
        Note(reason: null, "6");
        Assert.Single(_flow.Logs.Named("LimitedByNotion"));

        _flow.Pass(TimeSpan.FromSeconds(7));
        Note(reason: null, "5");
        Assert.Equal(2, _flow.Logs.Named("LimitedByNotion").Count());
    }

    [Fact]
    public void An_overload_is_not_called_a_reached_limit()
    {
        _flow.Feedback.Note(_credential, Some.Operation("search"), Response(null, "5") with { Status = 529 }, 1);
        Assert.Single(_flow.Logs.Named("NotionOverloaded"));
        Assert.Empty(_flow.Logs.Named("LimitedByNotion"));
    }

    private static UpstreamResponse Response(string? reason, string? header, string? body = null) =>
        new(429, new NotionError { LimitReason = reason, RetryAfter = body }, header);

    private TimeSpan In(int seconds) => _flow.Now + TimeSpan.FromSeconds(seconds);

    private TimeSpan? Note(string? reason, string? header, string? body = null) =>
        _flow.Feedback.Note(_credential, Some.Operation("search"), Response(reason, header, body), attempt: 1);

    private IReadOnlyList<Cooldown> Cooldowns(Credential credential) => _flow.Table.For(credential).Cooldowns();
}
