using NotionGateway.Access;
using NotionGateway.Bodies;
using NotionGateway.Credentials;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.FlowControl;

/// <summary>Sends one attempt of a request; the stage behind this one does.</summary>
internal delegate Task<AttemptOutcome> SendAttempt(HttpContext context, Attempt attempt);

/// <summary>This stage at the edge: lets the loop decide how often the request is sent.</summary>
internal sealed class FlowControlMiddleware(SendAttempt send, AttemptLoop loop, StillAdmitted admitted, PermitDeadline deadline, ResponseKey? keyOf = null)
{
    private const string Prefer = "Prefer";

    public async Task InvokeAsync(HttpContext context)
    {
        var sending = new Sending(context.GatewayRequest(), context.Admission(), context.RequestBody(), context.Credential());
        context.Features.Set(sending);
        var caller = sending.Admission.Caller;
        var prefer = context.Request.Headers[Prefer];
        var until = deadline.Of(caller, sending.Request.StartedAt, sending.Request.OwnWait, prefer.Count == 0 ? null : prefer.ToString());
        var permit = new PermitRequest(sending.Credential, caller.Name, caller.Weight, until)
        {
            Operation = sending.Operation,
            Bytes = sending.Body.Length,
            Held = sending.Body.Buffered,
            KeyOf = keyOf,
            KeyedBy = context,
            WhyLost = () => admitted.WhyLost(sending.Admission, sending.Credential),
        };
        if (await loop.RunAsync(sending, permit, attempt => send(context, attempt)) is { } refusal
            && !(context.Features.Get<InsteadOfRefusal>() is { } instead && await instead(refusal)))
        {
            await context.RefuseAsync(refusal);
        }
    }
}
