using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using NotionGateway.Bodies;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.Forwarding.Leaks;
using NotionGateway.Forwarding.Proxy;
using NotionGateway.Forwarding.Upstream;

namespace NotionGateway.UnitTests.Forwarding.Upstream;

public sealed class UpstreamFailuresTests
{
    /// <summary>The reason, whether another connection might do better, whether nothing was done, and what says so.</summary>
    public static readonly TheoryData<string, bool, bool, Exception?> Failures = new()
    {
        { "upstream_reset", true, true, new HttpRequestException("x", new HttpProtocolException(7, "refused", null)) },
        { "upstream_reset", true, false, new HttpRequestException("x", new HttpProtocolException(8, "cancelled", null)) },
        { "upstream_leaked_token", false, false, new HttpRequestException("x", new TokenLeakException()) },
        { "upstream_leaked_token", false, false, new AggregateException(new OperationCanceledException(), new TokenLeakException()) },
        { "upstream_tls", false, false, new HttpRequestException(HttpRequestError.SecureConnectionError, "x", new AuthenticationException("y")) },
        { "upstream_unreachable", true, false, new HttpRequestException(HttpRequestError.NameResolutionError, "x", new SocketException()) },
        { "upstream_unreachable", true, false, new HttpRequestException(HttpRequestError.ConnectionError, "x", new SocketException()) },
        { "upstream_unreachable", true, false, new HttpRequestException(HttpRequestError.ProxyTunnelError, "x") },
        { "upstream_reset", false, false, new HttpRequestException(HttpRequestError.InvalidResponse, "x", new IOException()) },
        { "upstream_reset", false, false, new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded, "x") },
        { "upstream_reset", false, false, new HttpRequestException(HttpRequestError.VersionNegotiationError, "x") },
        { "upstream_timeout", true, false, new TaskCanceledException("x", new TimeoutException("y")) },
        { "upstream_unreachable", true, false, new HttpRequestException(HttpRequestError.ConnectionError, "x", new TimeoutException()) },
        { "upstream_reset", true, false, new HttpRequestException("x", new IOException()) },
        { "upstream_reset", true, false, new HttpRequestException("x", new SocketException()) },
        { "upstream_reset", true, false, new OperationCanceledException() },
        { "upstream_reset", false, false, new InvalidOperationException() },
        { "upstream_reset", false, false, null },
    };

    public static readonly TheoryData<string, Exception> Causes = new()
    {
        { "connection refused", new HttpRequestException(HttpRequestError.ConnectionError, "x", new SocketException((int)SocketError.ConnectionRefused)) },
        { "the host name cannot be resolved (DNS)",
            new HttpRequestException(HttpRequestError.NameResolutionError, "x", new SocketException((int)SocketError.HostNotFound)) },
        { "the host name cannot be resolved (DNS)", new SocketException((int)SocketError.NoData) },
        { "the host name cannot be resolved (DNS)", new SocketException((int)SocketError.TryAgain) },
        { "the host name cannot be resolved (DNS)", new HttpRequestException(HttpRequestError.NameResolutionError, "x") },
        { "no route to the host", new SocketException((int)SocketError.HostUnreachable) },
        { "no route to the host", new HttpRequestException(HttpRequestError.ConnectionError, "x", new SocketException((int)SocketError.NetworkUnreachable)) },
        { "TLS: the certificate is not trusted, or the handshake failed",
            new HttpRequestException(HttpRequestError.SecureConnectionError, "x", new AuthenticationException("y")) },
        { "no response in time", new TaskCanceledException("x", new TimeoutException("y")) },
        { "no response in time", new OperationCanceledException() },
        { "the connection broke", new IOException("x") },
        { "the proxy rejected the user or password, or requires them (407)",
            new HttpRequestException(HttpRequestError.ProxyTunnelError, "x", null, HttpStatusCode.ProxyAuthenticationRequired) },
        { "the proxy did not open a tunnel (502)", new HttpRequestException(HttpRequestError.ProxyTunnelError, "x", null, HttpStatusCode.BadGateway) },
        { "the proxy did not open a tunnel", new HttpRequestException(HttpRequestError.ProxyTunnelError, "x") },
        { "the password cannot be read",
            new HttpRequestException(HttpRequestError.ProxyTunnelError, "x", new ProxyPasswordException("the password cannot be read")) },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_failure_has_one_reason_and_says_whether_a_repeat_may_help(string reason, bool isConnectionLoss, bool nothingDone, Exception? exception)
    {
        var failed = UpstreamFailures.Of(exception);
        Assert.Equal((reason, isConnectionLoss, nothingDone), (failed.Refusal.Reason.Name, failed.IsConnectionLoss, failed.NothingDone));
    }

    [Fact]
    public void A_caller_is_told_that_a_write_may_have_been_applied_unless_that_is_impossible() => Assert.All(
        Failures.Select(row => UpstreamFailures.Of(row.Data.Item4).Refusal),
        refusal => Assert.True(
            refusal.Reason == RefusalReason.UpstreamLeakedToken
                || refusal.Message.Contains("may have been applied", StringComparison.Ordinal)
                != (refusal.Message.Contains("Nothing was sent", StringComparison.Ordinal)
                    || refusal.Message.Contains("Nothing was changed", StringComparison.Ordinal)),
            refusal.Message));

    [Theory]
    [MemberData(nameof(Causes))]
    public void A_failure_is_told_by_the_cause_that_an_operator_can_act_on(string words, Exception exception) =>
        Assert.Equal(words, UpstreamFailures.Description(exception));

    [Fact]
    public void An_upload_is_the_callers_fault_only_if_reading_it_failed_or_nothing_came()
    {
        var ended = new AggregateException(new OperationCanceledException(), new HttpRequestException("x", new IOException()));
        var silent = new AggregateException(new OperationCanceledException(), new OperationCanceledException());

        Assert.Equal(RefusalReason.UpstreamReset, ReasonOf(null, ended));
        Assert.Equal(RefusalReason.MalformedRequest, ReasonOf(null, silent));
        Assert.Equal(RefusalReason.BodyTooLarge, ReasonOf(new CallerBodyException(BodyFault.TooLarge, 10, null), ended));
    }

    [Fact]
    public void A_problem_for_the_operator_does_not_change_what_the_caller_is_told()
    {
        var told = Assert.IsType<AttemptOutcome.Failed>(UpstreamFailures.TimedOut.With("it hung"));
        Assert.Equal("it hung", told.Refusal.Problem);
        Assert.Equal(UpstreamFailures.TimedOut.Refusal, told.Refusal with { Problem = null });
    }

    private static RefusalReason ReasonOf(CallerBodyException? callers, Exception exception) => UpstreamFailures.OfUpload(callers, exception).Refusal.Reason;
}
