using Microsoft.AspNetCore.Http.Features;
using NotionGateway.Bodies;
using NotionGateway.Telemetry.Lines;

namespace NotionGateway.Webhooks;

/// <summary>Serves the webhooks listener: <c>POST /notion/{name}</c> and nothing else. Responses have no body: who is not Notion learns nothing.</summary>
internal sealed class WebhooksEndpoints(
    WebhookReception reception, WebhooksMetrics metrics, AnonymousLogLimiter strangers, TimeProvider time, Random random, ILogger<WebhooksEndpoints> log)
{
    public const int LargestBody = 256 * 1024;

    private const string Prefix = "/notion/";

    /// <summary>So many bodies are read at a time: senders are not authenticated until their body is here.</summary>
    private const int MostAtOnce = 64;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private int _reading;

    public async Task RespondAsync(HttpContext context)
    {
        var request = new GatewayRequest(RequestId.New(random), time.GetTimestamp(), context.RequestAborted);
        context.Features.Set(request);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var webhook = target.StartsWith(Prefix, StringComparison.Ordinal) && HttpMethods.IsPost(context.Request.Method)
            ? reception.Find(target[Prefix.Length..])
            : null;
        int status;
        DeliveryOutcome outcome;
        try
        {
            (status, outcome) = webhook is null ? (404, DeliveryOutcome.Unknown) : await ReceiveAsync(context, webhook);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        Tell(request, webhook?.Name ?? WebhooksMetrics.None, status, outcome);
        await context.RespondAsync(status, null, default);
    }

    private async Task<(int Status, DeliveryOutcome Outcome)> ReceiveAsync(HttpContext context, WebhookOptions webhook)
    {
        if (Interlocked.Increment(ref _reading) > MostAtOnce)
        {
            Interlocked.Decrement(ref _reading);
            return (503, DeliveryOutcome.NotReady);
        }

        try
        {
            var (body, refusal) = await WholeBody.ReadAsync(context.CallerBody(), LargestBody, Timeout, time, context.RequestAborted);
            if (refusal is not null)
            {
                return (refusal.Reason.Status, DeliveryOutcome.Malformed);
            }

            if (reception.Check(webhook, body, context.Request.Headers["X-Notion-Signature"]) is { } ended)
            {
                return (StatusOf(ended), ended);
            }

            context.GatewayRequest().IsKnown = true;
            if (context.TakeSeat($"webhook:{webhook.Name}") is not null)
            {
                return (503, DeliveryOutcome.NotReady);
            }

            var outcome = reception.Apply(webhook, body);
            return (StatusOf(outcome), outcome);
        }
        finally
        {
            Interlocked.Decrement(ref _reading);
        }
    }

    private void Tell(GatewayRequest request, string webhook, int status, DeliveryOutcome outcome)
    {
        metrics.Ended(webhook, outcome);
        if (outcome == DeliveryOutcome.TokenHeld)
        {
            log.TokenHeld(webhook, webhook);
            return;
        }

        var leftOut = 0;
        if (status == 200 || request.IsKnown || strangers.TryTake(out leftOut))
        {
            if (leftOut > 0)
            {
                log.LeftOut(leftOut);
            }

            var (level, how) = (status == 200 ? LogLevel.Debug : LogLevel.Warning, WebhooksMetrics.Label(outcome));
            log.Delivery(level, webhook, status, how);
        }
    }

    private static int StatusOf(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.BadSignature => 401,
        DeliveryOutcome.Malformed => 400,
        DeliveryOutcome.OtherWorkspace => 403,
        DeliveryOutcome.NotReady => 503,
        _ => 200,
    };
}
