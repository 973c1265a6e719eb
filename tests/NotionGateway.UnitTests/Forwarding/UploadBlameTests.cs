using NotionGateway.Bodies;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.Forwarding.Upstream;

namespace NotionGateway.UnitTests.Forwarding;

public sealed class UploadBlameTests
{
    [Fact]
    public void A_stream_that_Notion_refused_was_not_looked_at_and_may_be_sent_again()
    {
        var failed = Assert.IsType<AttemptOutcome.Failed>(UpstreamFailures.Of(new HttpRequestException("x", new HttpProtocolException(7, "refused", null))));

        Assert.Equal((RefusalReason.UpstreamReset, true, true), (failed.Refusal.Reason, failed.IsConnectionLoss, failed.NothingDone));
        Assert.Contains("Nothing was changed", failed.Refusal.Message);
    }

    [Fact]
    public void An_upload_is_the_callers_fault_only_if_reading_it_failed_or_nothing_came()
    {
        var ended = new AggregateException(new OperationCanceledException(), new HttpRequestException("x", new IOException()));
        var silent = new AggregateException(new OperationCanceledException(), new OperationCanceledException());

        Assert.Equal(RefusalReason.UpstreamReset, ReasonOf(null, ended));
        Assert.Equal(RefusalReason.MalformedRequest, ReasonOf(null, silent));
        Assert.Equal(RefusalReason.BodyTooLarge, ReasonOf(new CallerBodyException(BodyFault.TooLarge, 10, null), ended));
    }

    private static RefusalReason ReasonOf(CallerBodyException? callers, Exception exception) =>
        Assert.IsType<AttemptOutcome.Failed>(UpstreamFailures.OfUpload(callers, exception)).Refusal.Reason;
}
