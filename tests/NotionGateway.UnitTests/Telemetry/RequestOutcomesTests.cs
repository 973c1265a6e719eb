using NotionGateway.Telemetry;

namespace NotionGateway.UnitTests.Telemetry;

public sealed class RequestOutcomesTests
{
    [Theory]
    [InlineData(false, false, "answered")]
    [InlineData(false, true, "cancelled")]
    [InlineData(true, false, "failed")]
    [InlineData(true, true, "failed")] // Aborting a response ends the caller's connection too.
    public void Without_a_denial_it_is_how_the_response_ended(bool cutOff, bool hungUp, string outcome) =>
        Assert.Equal(outcome, RequestOutcomes.Of(cutOff, hungUp, refusal: null).Label());

    [Fact]
    public void A_denial_counts_as_a_failure_where_Notion_was_asked_and_as_our_own_otherwise() => Assert.All(RefusalReason.All, reason =>
    {
        var failed = reason.Status is 500 or 502 or 504 || reason == RefusalReason.UpstreamOverloaded;
        Assert.Equal(failed ? "failed" : "denied", RequestOutcomes.Of(cutOff: false, hungUp: false, new Refusal(reason, "x")).Label());
    });

    [Fact]
    public void A_caller_that_has_hung_up_is_not_denied() =>
        Assert.Equal("cancelled", RequestOutcomes.Of(cutOff: false, hungUp: true, new Refusal(RefusalReason.QueueFull, "x")).Label());
}
