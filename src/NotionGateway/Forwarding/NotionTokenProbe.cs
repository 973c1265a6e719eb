using System.Net;
using System.Text.Json;
using System.Threading.RateLimiting;
using NotionGateway.Credentials;
using NotionGateway.FlowControl;
using NotionGateway.Notion;

namespace NotionGateway.Forwarding;

/// <summary>Asks Notion who a token is: one call of <c>GET /v1/users/me</c>, in its turn like any other.</summary>
internal sealed class NotionTokenProbe(
    PartitionedRateLimiter<TurnRequest> turns, LimitFeedback feedback, FlowControlMetrics flow, ForwardingMetrics metrics, UpstreamClient upstream, ForwardingOptions options, MonotonicClock clock)
    : ITokenProbe
{
    /// <summary>Stands in the queue beside the callers; no caller can have this name.</summary>
    public const string Caller = "(gateway)";

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(9);

    private static readonly NotionOperation Operation = NotionOperations.All.Single(operation => operation is { Method: "GET", Template: "/v1/users/me" });

    public async Task<ProbeResult> ProbeAsync(Credential credential, NotionToken token, CancellationToken cancellationToken)
    {
        var request = new TurnRequest(credential, Caller, weight: 1, clock.Now + MaxWait) { Operation = Operation };
        using var turn = (TurnLease)await turns.AcquireAsync(request, 1, cancellationToken);
        if (!turn.IsAcquired)
        {
            return new ProbeResult(ProbeVerdict.Unknown);
        }

        using var message = new HttpRequestMessage(HttpMethod.Get, upstream.AddressOf(Operation.Template)) { Version = HttpVersion.Version20, Content = new OutgoingContent(body: null, turn.MarkSent) };
        message.Headers.TryAddWithoutValidation(NotionHeaders.Version, options.DefaultNotionVersion);
        message.Headers.TryAddWithoutValidation("User-Agent", RequestHeadersTransform.OwnUserAgent);
        message.Headers.TryAddWithoutValidation("Authorization", token.BearerFor(message.RequestUri!));
        try
        {
            var sentAt = clock.Now;
            using var answer = await upstream.Invoker.SendAsync(message, cancellationToken);
            var elapsed = clock.Now - sentAt;
            var body = await UpstreamClient.ReadAsync(answer, cancellationToken);
            var status = (int)answer.StatusCode;
            var error = RetryRules.CauseOf(status) is null ? NotionError.Unknown : NotionError.Parse(body);
            metrics.Answered(credential.Name, Operation, status, error.LimitReason, elapsed);
            if (RetryRules.CauseOf(status) is RetryCause.RateLimited or RetryCause.Overloaded)
            {
                feedback.Note(credential, Operation, new UpstreamAnswer(status, error, AnswerHeadersTransform.Value(answer.Headers, "Retry-After")), attempt: 1);
            }

            return answer.StatusCode switch
            {
                HttpStatusCode.Unauthorized => new ProbeResult(ProbeVerdict.Rejected),
                HttpStatusCode.OK => new ProbeResult(ProbeVerdict.Accepted, ReadIdentity(body)),
                HttpStatusCode.Forbidden => new ProbeResult(ProbeVerdict.Accepted),
                _ => new ProbeResult(ProbeVerdict.Unknown),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new ProbeResult(ProbeVerdict.Unknown);
        }
        finally
        {
            flow.Sent(request, turn.Sends);
        }
    }

    private static NotionIdentity? ReadIdentity(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            var workspace = root.TryGetProperty("bot", out var bot) && bot.ValueKind == JsonValueKind.Object && bot.TryGetProperty("workspace_id", out var id)
                ? id.GetString()
                : null;
            return root.GetProperty("id").GetString() is { Length: > 0 } botId ? new NotionIdentity(botId, workspace) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // The token is known all the same; without an id its limit is counted by the token.
            return null;
        }
    }
}
