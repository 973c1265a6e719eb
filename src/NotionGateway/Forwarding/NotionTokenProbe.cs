using System.Net;
using System.Threading.RateLimiting;
using NotionGateway.Credentials;
using NotionGateway.Credentials.Sources;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.Forwarding.Upstream;
using NotionGateway.Notion;

namespace NotionGateway.Forwarding;

/// <summary>Asks Notion whose token it is: one call of <c>GET /v1/users/me</c>, with a permit like any other.</summary>
internal sealed class NotionTokenProbe(
    PartitionedRateLimiter<PermitRequest> permits,
    RateLimitFeedback feedback,
    FlowControlMetrics flow,
    ForwardingMetrics metrics,
    UpstreamClient upstream,
    ForwardingOptions options,
    TimeProvider time)
    : ITokenProbe
{
    /// <summary>Its name in the queue, beside the callers; no caller can have this name.</summary>
    public const string Caller = "(gateway)";

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(9);

    private static readonly NotionOperation Operation = NotionOperations.All.Single(operation => operation is { Method: "GET", Template: "/v1/users/me" });

    public async Task<ProbeResult> ProbeAsync(Credential credential, NotionToken token, CancellationToken cancellationToken)
    {
        var request = new PermitRequest(credential, Caller, weight: 1, time.Monotonic() + MaxWait) { Operation = Operation };
        using var permit = (PermitLease)await permits.AcquireAsync(request, 1, cancellationToken);
        if (!permit.IsAcquired)
        {
            return ProbeRules.Unknown("Notion was not asked: no permit was available in time");
        }

        var address = upstream.AddressOf(Operation.Template);
        using var message = new HttpRequestMessage(HttpMethod.Get, address)
        {
            Version = HttpVersion.Version20,
            Content = new OutgoingContent(body: null, permit.MarkSent),
        };
        message.Headers.TryAddWithoutValidation(NotionHeaders.Version, options.DefaultNotionVersion);
        message.Headers.TryAddWithoutValidation("User-Agent", RequestHeadersTransform.OwnUserAgent);
        message.Headers.TryAddWithoutValidation("Authorization", token.BearerFor(address));
        try
        {
            var sentAt = time.Monotonic();
            using var response = await upstream.Invoker.SendAsync(message, cancellationToken);
            var elapsed = time.Monotonic() - sentAt;
            var status = (int)response.StatusCode;
            var (body, broke) = await ReadAsync(credential, response, cancellationToken);
            var error = RetryRules.CauseOf(status) is null ? NotionError.Unknown : NotionError.Parse(body);
            metrics.Answered(credential.Name, Operation, status, error.LimitReason, elapsed);
            if (RetryRules.AsksForPause(status))
            {
                var (wait, date) = (ResponseHeadersTransform.Value(response.Headers, "Retry-After"), ResponseHeadersTransform.Value(response.Headers, "Date"));
                feedback.Note(credential, Operation, new UpstreamResponse(status, error, wait, date), attempt: 1);
            }

            return broke is null
                ? ProbeRules.Judge(status, response.Content.Headers.ContentType?.MediaType, body)
                : Unreachable(broke);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return Unreachable(exception);
        }
        finally
        {
            flow.Sent(request, permit.Sends);
        }
    }

    private static ProbeResult Unreachable(Exception exception) =>
        ProbeRules.Unknown($"Notion could not be reached: {UpstreamFailures.Description(exception)}");

    private async Task<OwnResponse> ReadAsync(Credential credential, HttpResponseMessage response, CancellationToken cancellationToken) =>
        RetryRules.AsksForPause((int)response.StatusCode)
            ? await BriefWait.ForAsync(stop => UpstreamClient.ReadAsync(response, stop), () => feedback.Expect(credential), time, cancellationToken)
            : await UpstreamClient.ReadAsync(response, cancellationToken);
}
