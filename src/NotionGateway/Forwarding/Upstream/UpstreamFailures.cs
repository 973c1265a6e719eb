using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using NotionGateway.Bodies;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.Forwarding.Leaks;
using NotionGateway.Forwarding.Proxy;

namespace NotionGateway.Forwarding.Upstream;

/// <summary>Maps what went wrong on the way to Notion and back to the one reason for caller and operator.</summary>
internal static class UpstreamFailures
{
    /// <summary>RFC 9113, 8.7: the stream was closed before any of it was processed.</summary>
    private const long RefusedStream = 0x7;

    public static readonly AttemptOutcome.Failed LeakedToken = Failed(
        RefusalReason.UpstreamLeakedToken, "Notion's response was withheld: it contained the gateway's own token.");

    public static readonly AttemptOutcome.Failed InvalidResponse = Failed(
        RefusalReason.UpstreamReset,
        "Notion, or something in front of it, returned an invalid response. A write may have been applied; check before retrying.");

    public static readonly AttemptOutcome.Failed TimedOut = Failed(
        RefusalReason.UpstreamTimeout, "Notion did not respond in time. A write may have been applied; check before retrying.");

    public static readonly AttemptOutcome.Failed ConnectTimedOut = Lost(
        RefusalReason.UpstreamTimeout, "The connection to Notion could not be opened in time. Nothing was sent.");

    public static readonly AttemptOutcome.Failed Reset = Lost(
        RefusalReason.UpstreamReset, "The connection to Notion broke before the response was complete. A write may have been applied; check before retrying.");

    private static readonly AttemptOutcome.Failed Unreachable = Lost(
        RefusalReason.UpstreamUnreachable, "Notion cannot be reached from the gateway. Nothing was sent.");

    private static readonly AttemptOutcome.Failed Tls = Failed(
        RefusalReason.UpstreamTls, "No trusted TLS connection to Notion could be established. Nothing was sent.");

    private static readonly AttemptOutcome.Failed NotLookedAt = new AttemptOutcome.Failed(
        new Refusal(RefusalReason.UpstreamReset, "Notion rejected the request without processing it. Nothing was changed: send it again."),
        IsConnectionLoss: true,
        NothingDone: true);

    private static readonly AttemptOutcome.Failed SilentUpload = Failed(RefusalReason.MalformedRequest, "The request body was too slow or incomplete.");

    /// <summary>What the exception means; its text stays in the log.</summary>
    public static AttemptOutcome.Failed Of(Exception? exception)
    {
        var broke = false;
        foreach (var cause in Causes(exception))
        {
            switch (cause)
            {
                case HttpProtocolException { ErrorCode: RefusedStream }:
                    return NotLookedAt;
                case TokenLeakException:
                    return LeakedToken;
                case HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }:
                    return Tls;
                case HttpRequestException
                {
                    HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError
                }:
                    return Unreachable;
                case HttpRequestException
                {
                    HttpRequestError: HttpRequestError.InvalidResponse
                        or HttpRequestError.ConfigurationLimitExceeded
                        or HttpRequestError.VersionNegotiationError
                }:
                    return InvalidResponse;
                case TimeoutException:
                    return ConnectTimedOut;
                case IOException or SocketException or OperationCanceledException:
                    broke = true;
                    break;
            }
        }

        return broke ? Reset : InvalidResponse;
    }

    /// <summary>
    /// Why one of the gateway's own calls got no response, in a few words for operators: the cause that they can act on, and nothing
    /// of the texts of libraries, which may quote what they were given.
    /// </summary>
    public static string Description(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } tunnel:
                    return ProxyDescription(tunnel);
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return "connection refused";
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return "the host name cannot be resolved (DNS)";
                case SocketException { SocketErrorCode: SocketError.HostUnreachable or SocketError.NetworkUnreachable }:
                    return "no route to the host";
                case AuthenticationException:
                    return "TLS: the certificate is not trusted, or the handshake failed";
                case TimeoutException or OperationCanceledException when cause.InnerException is null:
                    return "no response in time";
            }
        }

        return exception is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }
            ? "the host name cannot be resolved (DNS)"
            : "the connection broke";
    }

    private static string ProxyDescription(HttpRequestException tunnel) => tunnel switch
    {
        { StatusCode: HttpStatusCode.ProxyAuthenticationRequired } => "the proxy rejected the user or password, or requires them (407)",
        { StatusCode: { } status } => $"the proxy did not open a tunnel ({(int)status})",
        { InnerException: ProxyPasswordException inner } => inner.Message,
        _ => "the proxy did not open a tunnel",
    };

    /// <summary>The same, with the detail for the operator.</summary>
    public static AttemptOutcome With(this AttemptOutcome.Failed failed, string problem) => failed with { Refusal = failed.Refusal with { Problem = problem } };

    /// <summary>
    /// A streamed body that was not sent to its end. It is the caller's fault if reading it failed, or if nothing came for too long; but when
    /// Notion ends the stream, reading the body ends as well, and then the caller has done nothing wrong.
    /// </summary>
    public static AttemptOutcome.Failed OfUpload(CallerBodyException? callers, Exception? exception) =>
        callers is not null ? new AttemptOutcome.Failed(callers.Refusal)
        : exception is not AggregateException { InnerExceptions: var parts } || !parts.Any(part => part is HttpRequestException) ? SilentUpload
        : Of(exception);

    /// <summary>Every exception behind this one, and all parts of those that are several.</summary>
    private static IEnumerable<Exception> Causes(Exception? exception) => exception switch
    {
        null => [],
        AggregateException several => several.InnerExceptions.SelectMany(Causes),
        _ => Causes(exception.InnerException).Prepend(exception),
    };

    /// <summary>The connection failed, which another might not.</summary>
    private static AttemptOutcome.Failed Lost(RefusalReason reason, string message) => new(new Refusal(reason, message), IsConnectionLoss: true);

    private static AttemptOutcome.Failed Failed(RefusalReason reason, string message) => new(new Refusal(reason, message));
}
