using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using NotionGateway.Access;
using NotionGateway.Access.Targets;

namespace NotionGateway.Operator;

/// <summary>
/// Runs around the endpoints of the operator listener: only the head of a request is read before it is authenticated, and its audit
/// line is written before its response, so that every reported result is on record.
/// </summary>
internal sealed class OperatorMiddleware(RequestDelegate next, OperatorProofs proofs, OperatorAudit audit, TimeProvider time, Random random)
{
    public async Task InvokeAsync(HttpContext context, OperatorRecord record)
    {
        var request = new GatewayRequest(RequestId.New(random), time.GetTimestamp(), context.RequestAborted);
        context.Features.Set(request);
        var response = await RunSafelyAsync(context, request, record);
        audit.Write(record, response, request.Id);
        try
        {
            await (response.Refusal is { } refusal ? context.RefuseAsync(refusal) : WriteAsync(context, response));
        }
        catch (OperationCanceledException) when (request.CallerGone.IsCancellationRequested)
        {
            // The client is gone; the audit line has been written.
        }
    }

    private async Task<OperatorResponse> RunSafelyAsync(HttpContext context, GatewayRequest request, OperatorRecord record)
    {
        try
        {
            var head = TargetMiddleware.ReadHead(context.Request);
            if ((await AdmitAsync(context, head, record) ?? Match(context, head, record)) is { } refusal)
            {
                return OperatorResponse.No(refusal);
            }

            await next(context);
            return context.Features.GetRequiredFeature<OperatorResponse>();
        }
        catch (Exception exception)
        {
            return OperatorFailures.Of(context, exception);
        }
    }

    private async ValueTask<Refusal?> AdmitAsync(HttpContext context, RequestHead head, OperatorRecord record)
    {
        if (HeaderRules.Check(head) is { } malformed)
        {
            return malformed.Reason == RefusalReason.MethodNotAllowed ? OperatorPaths.Unlisted with { Reason = malformed.Reason } : malformed;
        }

        var (refusal, who) = await proofs.AuthenticateAsync(
            context.Request.Headers.Authorization, context.Connection.RemoteIpAddress, context.RequestAborted);
        return who is null ? refusal ?? OperatorKeys.Invalid : record.Admit(context, who);
    }

    /// <summary>Notes the requested action and grant. Endpoints that routing creates for a wrong method have no action.</summary>
    private static Refusal? Match(HttpContext context, in RequestHead head, OperatorRecord record)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (context.GetEndpoint()?.Metadata.GetMetadata<OperatorAction>() is not { } action || !OperatorPaths.IsPlain(target, context.Request.Path.Value ?? ""))
        {
            return OperatorPaths.Unlisted;
        }

        var values = context.Request.RouteValues;
        (record.Action, record.IsQuiet) = (action.Name, action.IsQuiet);
        record.Subject = CredentialName.OfGrant(values["app"] as string, values["name"] as string)?.Value ?? record.Subject;
        return !action.IsReading && record.MayOnlyLook
            ? OperatorKeys.MayOnlyLook
            : !action.TakesBody && head.HasBody
            ? new Refusal(RefusalReason.InvalidRequest, "This path accepts no body.")
            : !action.TakesQuery && context.Request.QueryString.Value is { Length: > 1 }
            ? new Refusal(RefusalReason.InvalidRequest, "This path accepts no query.")
            : null;
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

        return context.RespondAsync(response.Status, GatewayResponse.Json, buffer.WrittenMemory);
    }
}
