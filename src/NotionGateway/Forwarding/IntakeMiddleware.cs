using Microsoft.AspNetCore.Http.Features;
using NotionGateway.Notion;

namespace NotionGateway.Forwarding;

/// <summary>
/// Takes the body in before a turn is asked for: JSON is read whole, so that a slow caller holds up nobody and the
/// request can be repeated; an upload is left to stream.
/// </summary>
internal sealed class IntakeMiddleware(RequestDelegate next, ForwardingOptions options, BodyBudget budget, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.GatewayRequest();
        var operation = request.Operation!;
        var headers = context.Request.Headers;
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } && context.Request.ContentLength != 0;
        var version = headers[NotionHeaders.Version].ToString();
        if (IntakeRules.Check(options, operation, version.Length == 0 ? null : version, context.Request.ContentType, hasBody) is { } refusal)
        {
            await context.RefuseAsync(refusal);
            return;
        }

        request.Streams = operation.Body == BodyKind.Multipart || IntakeRules.StreamsAnswer(operation, headers.Accept);
        if (!hasBody)
        {
            await next(context);
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
        if (context.Request.ContentLength > options.MaxUploadBody)
        {
            return context.RefuseAsync(IntakeRules.TooLarge(options.MaxUploadBody));
        }

        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = options.MaxUploadBody;
        request.Uploads = true;
        context.Request.Body = new OneWayStream(context.Request.Body, () => request.CanRepeatBody = false);
        return next(context);
    }

    private async Task BufferAsync(HttpContext context, GatewayRequest request)
    {
        using var body = new RequestBody(budget, request.Caller!.Name, request.Caller.Weight);
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

    private async Task<Refusal?> ReadAsync(HttpContext context, RequestBody body)
    {
        using var slow = new CancellationTokenSource(options.BodyReadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, context.RequestAborted);
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = options.MaxJsonBody + 1;
        try
        {
            return await body.FillAsync(context.Request.Body, context.Request.ContentLength, options.MaxJsonBody, either.Token) switch
            {
                BodyReading.TooLarge => IntakeRules.TooLarge(options.MaxJsonBody),
                BodyReading.NoMemory => new Refusal(RefusalReason.Overloaded, "The gateway holds as many request bodies as it may. Try again shortly.")
                {
                    RetryAfter = TimeSpan.FromSeconds(1),
                },
                _ => null,
            };
        }
        catch (IOException exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            return exception is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }
                ? IntakeRules.TooLarge(options.MaxJsonBody)
                : new Refusal(RefusalReason.MalformedRequest, "The request body could not be read: its framing is wrong, or it came too slowly.");
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
