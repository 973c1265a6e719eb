using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using NotionGateway.Access;
using NotionGateway.Access.Targets;
using NotionGateway.Bodies;
using NotionGateway.OAuth.Store;

namespace NotionGateway.Operator;

/// <summary>
/// What the operator listener answers. Nothing of a request but its head is looked at before its key is known; its audit line is
/// written before its answer, so that nobody is told of what is not on record.
/// </summary>
internal sealed class OperatorEndpoints(OperatorKeys keys, OperatorCalls calls, OperatorAudit audit, TimeProvider time, Random random)
{
    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(15);

    private static readonly OperatorResponse HungUp = new() { Status = Telemetry.RequestOutcomes.HungUp, Outcome = "hung up before anything was done" };

    public async Task RespondAsync(HttpContext context)
    {
        var request = new GatewayRequest(RequestId.New(random), time.GetTimestamp(), context.RequestAborted);
        context.Features.Set(request);
        var record = new OperatorRecord();
        var response = await JudgeSafelyAsync(context, record);
        audit.Write(record, response, request.Id);
        try
        {
            await (response.Refusal is { } refusal ? context.RefuseAsync(refusal) : WriteAsync(context, response));
        }
        catch (OperationCanceledException) when (request.CallerGone.IsCancellationRequested)
        {
            // Nobody is there to be answered; what was done is on record.
        }
    }

    private async Task<OperatorResponse> JudgeSafelyAsync(HttpContext context, OperatorRecord record)
    {
        try
        {
            return await JudgeAsync(context, record);
        }
        catch (Exception exception) when (context.HasHungUp() && exception is OperationCanceledException or IOException)
        {
            return HungUp;
        }
        catch (GrantStoreException exception)
        {
            return OperatorResponse.No(RefusalReason.StoreUnavailable, $"The store of grants could not do it: {exception.Message} It may help to try again.", exception.Message);
        }
        catch (Exception exception)
        {
            return OperatorResponse.No(new Refusal(RefusalReason.InternalError, "The gateway itself failed on this request. Its log says more, under the request_id.") { Defect = exception });
        }
    }

    private async Task<OperatorResponse> JudgeAsync(HttpContext context, OperatorRecord record)
    {
        var head = TargetMiddleware.ReadHead(context.Request);
        if (HeaderRules.Check(head) is { } malformed)
        {
            return OperatorResponse.No(malformed.Reason == RefusalReason.MethodNotAllowed ? OperatorRoute.Unlisted with { Reason = malformed.Reason } : malformed);
        }

        if (keys.Authenticate(context.Request.Headers.Authorization, out var who) is { } stranger)
        {
            return OperatorResponse.No(stranger);
        }

        record.Operator = who;
        context.GatewayRequest().IsKnown = true;
        if (context.TakeSeat("operator:" + who) is { } overShare)
        {
            return OperatorResponse.No(overShare);
        }

        var route = OperatorRoute.Find(context.Request.Method, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        var (body, refusal) = route.Action.TakesBody() ? await ReadBodyAsync(context) : default;
        if (refusal is null && head.HasBody && !route.Action.TakesBody() && route.Action != OperatorAction.Unlisted)
        {
            refusal = new Refusal(RefusalReason.InvalidRequest, "This path takes no body.");
        }

        if (refusal is not null)
        {
            (record.Action, record.Subject) = (route.Action, route.Grant?.Value ?? record.Subject);
            return OperatorResponse.No(refusal);
        }

        return await calls.DoAsync(route, body, record, context.RequestAborted);
    }

    private async Task<(ReadOnlyMemory<byte> Body, Refusal? Refusal)> ReadBodyAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            return (default, new Refusal(RefusalReason.UnsupportedMediaType, "Send a body of type application/json."));
        }

        return await WholeBody.ReadAsync(context.CallerBody(), OperatorBody.Largest, BodyTimeout, time, context.RequestAborted);
    }

    private static Task WriteAsync(HttpContext context, OperatorResponse response)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            response.Body(json);
            json.WriteEndObject();
        }

        context.Response.StatusCode = response.Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = buffer.WrittenCount;
        return context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted).AsTask();
    }
}
