using System.Buffers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using NotionGateway.Bodies;

namespace NotionGateway.Hosting.Listeners;

/// <summary>
/// Runs first on every listener. Many clients read a response only when their body has been sent, and a connection that is closed
/// on them destroys it: so after an early response the rest of the body is read and discarded, within bounds.
/// </summary>
internal sealed class LingeringMiddleware(RequestDelegate next, LingeringStrangers strangers, TimeProvider time)
{
    private const int BufferSize = 32 * 1024;

    /// <summary>Time for what has been written to leave, and for its caller to read it, before the connection is cut.</summary>
    private static readonly TimeSpan Departure = TimeSpan.FromMilliseconds(50);

    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } ? WithBodyAsync(context) : next(context);

    private async Task WithBodyAsync(HttpContext context)
    {
        var body = new CallerBody(context.Request.BodyReader, context.Request.ContentLength, time, context.RequestAborted);
        var gone = context.RequestAborted;
        context.Features.Set(body);
        context.Request.Body = body;
        context.Response.OnStarting(() =>
        {
            var expects = !body.HasBegun && context.Request.Headers.Expect.Count > 0;
            if (!body.IsComplete && IsHttp1(context) && BoundFor(context).EndsConnection(body.Announced, body.Received, expects))
            {
                context.Response.Headers.Connection = "close";
            }

            return Task.CompletedTask;
        });
        await next(context);
        if (body.IsComplete)
        {
            return;
        }

        if (body.HungUp || gone.IsCancellationRequested)
        {
            context.Abort();
            return;
        }

        await context.Response.CompleteAsync();
        if (!await FinishAsync(context, body))
        {
            await EndAsync(context);
        }
    }

    /// <summary>Reads the rest; false if it was longer, slower or worse than is tolerated.</summary>
    private async Task<bool> FinishAsync(HttpContext context, CallerBody body)
    {
        if (body.TryFinish(BoundFor(context).Bytes))
        {
            return true;
        }

        if (IsKnown(context))
        {
            return await DiscardAsync(body, LingeringBound.Known);
        }

        if (!strangers.TryEnter())
        {
            return false;
        }

        try
        {
            return await DiscardAsync(body, LingeringBound.Stranger);
        }
        finally
        {
            strangers.Leave();
        }
    }

    private async Task<bool> DiscardAsync(CallerBody body, LingeringBound bound)
    {
        body.Most = long.MaxValue;
        var end = body.Received + bound.Bytes;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        using var timeUp = new CancellationTokenSource(bound.Time, time);
        try
        {
            while (await body.ReadAsync(buffer, timeUp.Token) > 0)
            {
                if (body.Received > end)
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception exception) when (exception is CallerBodyException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task EndAsync(HttpContext context)
    {
        if (IsHttp1(context))
        {
            // The server itself would go on reading, or reset the connection: so its end is announced first, once the response has left.
            await Task.Delay(Departure, time, CancellationToken.None);
            SayEnd(context);
            await Task.Delay(Departure, time, CancellationToken.None);
            context.Abort();
        }
        else if (!IsKnown(context))
        {
            // The stream ends automatically, and tells its caller to stop sending; an unauthenticated connection ends too.
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }

    private static void SayEnd(HttpContext context)
    {
        try
        {
            context.Features.Get<IConnectionSocketFeature>()?.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The caller has gone.
        }
    }

    private static LingeringBound BoundFor(HttpContext context) => IsKnown(context) ? LingeringBound.Known : LingeringBound.Stranger;

    private static bool IsKnown(HttpContext context) => context.Features.Get<GatewayRequest>() is { IsKnown: true };

    private static bool IsHttp1(HttpContext context) => HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol);
}
