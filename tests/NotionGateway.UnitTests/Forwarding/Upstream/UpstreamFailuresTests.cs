using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using NotionGateway.Forwarding.Proxy;
using NotionGateway.Forwarding.Upstream;

namespace NotionGateway.UnitTests.Forwarding.Upstream;

public sealed class UpstreamFailuresTests
{
    public static readonly TheoryData<string, Exception> Causes = new()
    {
        { "connection refused", new HttpRequestException(HttpRequestError.ConnectionError, "x", new SocketException((int)SocketError.ConnectionRefused)) },
        { "the host name cannot be resolved (DNS)",
            new HttpRequestException(HttpRequestError.NameResolutionError, "x", new SocketException((int)SocketError.HostNotFound)) },
        { "the host name cannot be resolved (DNS)", new HttpRequestException(HttpRequestError.NameResolutionError, "x") },
        { "no route to the host", new HttpRequestException(HttpRequestError.ConnectionError, "x", new SocketException((int)SocketError.NetworkUnreachable)) },
        { "TLS: the certificate is not trusted, or the handshake failed",
            new HttpRequestException(HttpRequestError.SecureConnectionError, "x", new AuthenticationException("y")) },
        { "no response in time", new TaskCanceledException("x", new TimeoutException("y")) },
        { "no response in time", new OperationCanceledException() },
        { "the connection broke", new IOException("x") },
        { "the proxy rejected the user or password, or requires them (407)",
            new HttpRequestException(HttpRequestError.ProxyTunnelError, "x", null, HttpStatusCode.ProxyAuthenticationRequired) },
        { "the proxy did not open a tunnel (502)", new HttpRequestException(HttpRequestError.ProxyTunnelError, "x", null, HttpStatusCode.BadGateway) },
        { "the password cannot be read",
            new HttpRequestException(HttpRequestError.ProxyTunnelError, "x", new ProxyPasswordException("the password cannot be read")) },
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public void A_failure_is_told_by_the_cause_that_an_operator_can_act_on(string words, Exception exception) =>
        Assert.Equal(words, UpstreamFailures.Description(exception));
}
