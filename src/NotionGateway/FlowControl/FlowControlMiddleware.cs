namespace NotionGateway.FlowControl;

/// <summary>The fourth stage at the edge: lets the loop decide how often the rest of the pipeline is run.</summary>
internal sealed class FlowControlMiddleware(RequestDelegate next, AttemptLoop loop)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.GatewayRequest();
        var refusal = await loop.RunAsync(request, async attempt =>
        {
            request.Attempt = attempt;
            await next(context);
            return request.LastOutcome!;
        });
        if (refusal is not null)
        {
            await context.RefuseAsync(refusal);
        }
    }
}
