using NotionGateway.Telemetry;

namespace NotionGateway.Operator.Status;

/// <summary>Keeps what has become of each request, once it has ended.</summary>
internal sealed class RecentRequestsMiddleware(RequestDelegate next, RecentRequests recent, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.Features.Get<GatewayRequest>() is { } request)
        {
            recent.Ended(RequestFacts.Of(context), request.Id, time.GetElapsedTime(request.StartedAt));
        }
    }
}
