using Microsoft.AspNetCore.Http.Features;
using NotionGateway.Notion;

namespace NotionGateway.Bodies;

/// <summary>
/// Takes the body in before a turn is asked for: JSON is read whole, so that a slow caller holds up nobody and the
/// request can be repeated; an upload is left to stream.
/// </summary>
internal sealed class BodyMiddleware(RequestDelegate next, BodiesOptions options, BodyBudget budget, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.GatewayRequest();
        var operation = request.Operation!;
        var headers = context.Request.Headers;
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } && context.Request.ContentLength != 0;
        var version = headers[NotionHeaders.Version].ToString();
        if (BodyRules.Check(options, operation, version.Length == 0 ? null : version, context.Request.ContentType, hasBody && operation.Method is not ("GET" or "DELETE")) is { } refusal)
        {
            await context.RefuseAsync(refusal);
            return;
        }

        request.Streams = operation.Body == BodyKind.Multipart || BodyRules.StreamsResponse(operation, headers.Accept);
        if (!hasBody)
        {
            await next(context);
        }
        else if (operation.Method is "GET" or "DELETE")
        {
            await DropAsync(context);
        }
        else if (operation.Body == BodyKind.Multipart)
        {
            await StreamAsync(context, request);
        }
        else
        {
            await BufferAsync(context, request);
        }
    }

    private Task StreamAsync(HttpContext context, GatewayRequest request)
    {
        if (context.Request.ContentLength > options.MaxUploadBodyBytes)
        {
            return context.RefuseAsync(CallerBodyException.TooLarge(options.MaxUploadBodyBytes));
        }

        request.Incoming!.Most = options.MaxUploadBodyBytes;
        request.Uploads = true;
        context.Request.Body = new OneWayStream(request.Incoming, () => request.CanRepeatBody = false);
        return next(context);
    }

    /// <summary>Some clients send an empty object with everything. It means nothing on a read or a deletion, and Notion need not see it.</summary>
    private async Task DropAsync(HttpContext context)
    {
        var (body, refusal) = await WholeBody.ReadAsync(context, BodyRules.LongestEmptyBody, options.BodyReadTimeout, time);
        refusal ??= BodyRules.IsEmptyJson(body.Span) ? null : new Refusal(RefusalReason.MalformedRequest, $"A {context.Request.Method} request carries no body.");
        if (refusal is not null)
        {
            await context.RefuseAsync(refusal);
            return;
        }

        context.Request.Headers.ContentType = default;
        context.Features.Set<IHttpRequestBodyDetectionFeature>(BodyIsRead.Instance);
        await next(context);
    }

    private async Task BufferAsync(HttpContext context, GatewayRequest request)
    {
        using var body = new BufferedBody(budget, request.Caller!.Name, request.Caller.Weight);
        if (await ReadAsync(context, body) is { } refusal)
        {
            await context.RefuseAsync(refusal);
            return;
        }

        request.Body = body;
        context.Features.Set<IHttpRequestBodyDetectionFeature>(BodyIsRead.Instance);
        await next(context);
        request.Body = null;
    }

    private async Task<Refusal?> ReadAsync(HttpContext context, BufferedBody body)
    {
        using var slow = new CancellationTokenSource(options.BodyReadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, context.RequestAborted, body.Taken);
        try
        {
            return await body.FillAsync(context.Request.Body, context.Request.ContentLength, options.MaxJsonBodyBytes, either.Token) switch
            {
                BodyReading.TooLarge => CallerBodyException.TooLarge(options.MaxJsonBodyBytes),
                BodyReading.NoMemory => new Refusal(RefusalReason.Overloaded, "The gateway holds as many request bodies as it may. Try again shortly.")
                {
                    RetryAfter = TimeSpan.FromSeconds(1),
                },
                _ => null,
            };
        }
        catch (CallerBodyException exception) when (exception.Fault != BodyFault.HungUp)
        {
            return exception.Refusal;
        }
        catch (OperationCanceledException) when (slow.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            return new Refusal(RefusalReason.MalformedRequest, $"The request body did not arrive within {options.BodyReadTimeout:c}.");
        }
    }

    /// <summary>Tells the forwarder that there is nothing to copy from the caller any more.</summary>
    private sealed class BodyIsRead : IHttpRequestBodyDetectionFeature
    {
        public static readonly BodyIsRead Instance = new();

        public bool CanHaveBody => false;
    }
}
