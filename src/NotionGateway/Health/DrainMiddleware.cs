namespace NotionGateway.Health;

/// <summary>Counts requests in and out, and turns new ones away once the program is leaving.</summary>
internal sealed class DrainMiddleware(RequestDelegate next, Drain drain)
{
    private static readonly Refusal Closed = new(RefusalReason.ShuttingDown, "This instance of the gateway is shutting down. Send the request again: another one takes it.")
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
