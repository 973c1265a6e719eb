using NotionGateway.FlowControl.Attempts;
using NotionGateway.Notion;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl.Attempts;

public sealed class RetryRulesTests
{
    [Theory]
    [InlineData(429, RetryCause.RateLimited)]
    [InlineData(529, RetryCause.Overloaded)]
    [InlineData(500, RetryCause.ServerError)]
    [InlineData(502, RetryCause.ServerError)]
    [InlineData(503, RetryCause.ServerError)]
    [InlineData(504, RetryCause.ServerError)]
    internal void A_temporary_failure_has_a_cause(int status, RetryCause cause) => Assert.Equal(cause, RetryRules.CauseOf(status));

    [Theory]
    [InlineData(200)]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(501)]
    [InlineData(505)]
    [InlineData(530)]
    public void Every_other_response_is_final(int status) => Assert.Null(RetryRules.CauseOf(status));

    [Fact]
    public void Only_429_and_529_ask_for_a_pause() =>
        Assert.Equal([429, 529], Enumerable.Range(100, 500).Where(RetryRules.AsksForPause));

    [Theory]
    [InlineData("pages.retrieve", true)]
    [InlineData("search", true)]
    [InlineData("blocks.delete", true)]
    [InlineData("pages.create", false)]
    [InlineData("pages.update", false)]
    [InlineData("blocks.update", false)] // Repeatable, and yet a PATCH: another write may have come between.
    [InlineData("views.queries.create", false)] // Reads, but each call makes a query of its own.
    public void What_was_sent_and_may_have_been_done_is_repeated_only_if_twice_is_as_once(string operation, bool harmless) => Assert.All(
        [RetryCause.ServerError, RetryCause.Connection, RetryCause.Unauthorized],
        cause => Assert.Equal(harmless, RetryRules.IsHarmless(Some.Operation(operation), cause, sent: true)));

    [Fact]
    public void No_write_but_a_deletion_is_ever_sent_again_when_it_may_have_been_done() => Assert.All(
        NotionOperations.All.Where(operation => !operation.Reads && operation.Method != "DELETE"),
        operation => Assert.False(RetryRules.IsHarmless(operation, RetryCause.ServerError, sent: true)));

    [Fact]
    public void What_Notion_says_it_has_not_done_may_be_repeated_whatever_it_is() => Assert.All(
        NotionOperations.All,
        operation => Assert.True(
            RetryRules.IsHarmless(operation, RetryCause.RateLimited, sent: true) && RetryRules.IsHarmless(operation, RetryCause.Overloaded, sent: true)));

    [Fact]
    public void What_never_left_may_be_repeated_whatever_it_is() =>
        Assert.All(NotionOperations.All, operation => Assert.True(RetryRules.IsHarmless(operation, RetryCause.Connection, sent: false)));
}
