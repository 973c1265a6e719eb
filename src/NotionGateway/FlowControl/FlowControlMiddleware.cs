using NotionGateway.Credentials;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.FlowControl;

/// <summary>The fourth stage at the edge: lets the loop decide how often the rest of the pipeline is run.</summary>
internal sealed class FlowControlMiddleware(RequestDelegate next, AttemptLoop loop, StillAdmitted admitted, PermitDeadline deadline)
{
    private const string Prefer = "Prefer";

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.GatewayRequest();
        var prefer = context.Request.Headers[Prefer];
        var permit = new PermitRequest(request.Connection!, request.Caller!.Name, request.Caller.Weight, deadline.Of(request, prefer.Count == 0 ? null : prefer.ToString()))
        {
            Operation = request.Operation,
            Bytes = request.Body?.Length ?? 0,
            Held = request.Body,
            WhyLost = () => admitted.WhyLost(request),
        };
        var refusal = await loop.RunAsync(request, permit, async attempt =>
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
