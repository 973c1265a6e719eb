using Microsoft.AspNetCore.Http.Features;
using NotionGateway.Access;
using NotionGateway.Notion;

namespace NotionGateway.Bodies;

/// <summary>
/// Takes the body in before anything waits: JSON is read whole, so that a slow caller holds up nobody and the request can be repeated; an
/// upload is left to stream.
/// </summary>
internal sealed class BodyMiddleware(RequestDelegate next, BodiesOptions options, BodyBudget budget, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context)
    {
        var admission = context.Admission();
        var operation = admission.Operation;
        var headers = context.Request.Headers;
        var body = context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } && context.Request.ContentLength != 0
            ? context.CallerBody()
            : null;
        var takesBody = operation.Method is not ("GET" or "DELETE");
        var version = headers[NotionHeaders.Version].ToString() is { Length: > 0 } given ? given : null;
        if (BodyRules.Check(options, operation, version, context.Request.ContentType, body is not null && takesBody) is { } refusal)
        {
            return context.RefuseAsync(refusal);
        }

        var streamsResponse = operation.Body == BodyKind.Multipart || BodyRules.StreamsResponse(operation, headers.Accept);
        if (body is null)
        {
            context.Features.Set(RequestBody.None(streamsResponse));
            return next(context);
        }

        return !takesBody ? DropAsync(context, body, RequestBody.None(streamsResponse))
            : operation.Body == BodyKind.Multipart ? StreamAsync(context, body)
            : BufferAsync(context, body, admission.Caller, streamsResponse ? RequestMode.Stream : RequestMode.Whole);
    }

    private Task StreamAsync(HttpContext context, CallerBody body)
    {
        if (context.Request.ContentLength > options.MaxUploadBodyBytes)
        {
            return context.RefuseAsync(CallerBodyException.TooLarge(options.MaxUploadBodyBytes));
        }

        body.Most = options.MaxUploadBodyBytes;
        context.Features.Set(new RequestBody(RequestMode.Upload, Upload: body));
        return next(context);
    }

    /// <summary>Some clients send an empty object with everything. It means nothing on a read or a deletion, and Notion need not see it.</summary>
    private async Task DropAsync(HttpContext context, CallerBody body, RequestBody none)
    {
        var (bytes, refusal) = await WholeBody.ReadAsync(body, BodyRules.LongestEmptyBody, options.BodyReadTimeout, time, context.RequestAborted);
        refusal ??= BodyRules.IsEmptyJson(bytes.Span)
            ? null
            : new Refusal(RefusalReason.MalformedRequest, $"A {context.Request.Method} request must not have a body.");
        if (refusal is not null)
        {
            await context.RefuseAsync(refusal);
            return;
        }

        context.Request.Headers.ContentType = default;
        context.Features.Set<IHttpRequestBodyDetectionFeature>(BodyIsRead.Instance);
        context.Features.Set(none);
        await next(context);
    }

    private async Task BufferAsync(HttpContext context, CallerBody from, Caller caller, RequestMode mode)
    {
        using var body = new BufferedBody(budget, caller.Name, caller.Weight);
        if (await WholeBody.ReadAsync(from, body, options.MaxJsonBodyBytes, options.BodyReadTimeout, time, context.RequestAborted) is { } refusal)
        {
            await context.RefuseAsync(refusal);
            return;
        }

        context.Features.Set<IHttpRequestBodyDetectionFeature>(BodyIsRead.Instance);
        context.Features.Set(new RequestBody(mode, body));
        await next(context);
    }

    /// <summary>Tells the forwarder that there is nothing to copy from the caller any more.</summary>
    private sealed class BodyIsRead : IHttpRequestBodyDetectionFeature
    {
        public static readonly BodyIsRead Instance = new();

        public bool CanHaveBody => false;
    }
}
