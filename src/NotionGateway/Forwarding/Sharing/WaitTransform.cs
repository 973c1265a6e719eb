using NotionGateway.Access;
using NotionGateway.Credentials;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.Forwarding.Sharing;

/// <summary>Tells how long a request would wait for a permit, before it does.</summary>
internal sealed class WaitTransform(ConnectionQueues connectionQueues)
{
    public TimeSpan Of(HttpContext context)
    {
        var (admission, credential) = (context.Admission(), context.Credential());
        var caller = admission.Caller;
        return connectionQueues.For(credential).WaitFor(PermitRequest.Next(credential, caller.Name, caller.Weight, admission.Operation));
    }
}
