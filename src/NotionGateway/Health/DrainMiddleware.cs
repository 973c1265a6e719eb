namespace NotionGateway.Health;

/// <summary>Counts requests in and out, and denies new ones once the program is draining.</summary>
internal sealed class DrainMiddleware(RequestDelegate next, Drain drain)
{
    private static readonly Refusal Closed = new(
        RefusalReason.ShuttingDown, "This gateway instance is shutting down. Send the request again: another instance will handle it.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public async Task InvokeAsync(HttpContext context)
    {
        if (!drain.TryBegin())
        {
            await context.RefuseAsync(Closed);
            return;
        }

        context.GatewayRequest().TimeUp = drain.TimeUp;
        try
        {
            await next(context);
        }
        finally
        {
            drain.End();
        }
    }
}
