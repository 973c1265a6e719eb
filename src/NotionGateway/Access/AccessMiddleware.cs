using NotionGateway.Access.Identities.Certificates;
using NotionGateway.Access.Targets;
using NotionGateway.Notion;

namespace NotionGateway.Access;

/// <summary>
/// The first stage: carries proof and target to the rules, and publishes what they decide. Until it has let a request through, nothing
/// behind it is touched.
/// </summary>
internal sealed class AccessMiddleware(
    RequestDelegate next, Reloadable<AccessRules> rules, Authenticators authenticators, ClientCertificates certificates, AccessMetrics metrics)
{
    public Task InvokeAsync(HttpContext context)
    {
        var current = rules.Current;
        var proof = new Proof(
            context.Request.Headers.Authorization,
            current.Tokens is null ? null : context.Connection.RemoteIpAddress,
            context.PresentedCertificate(current, certificates));
        var who = authenticators.AuthenticateAsync(current, proof, context.RequestAborted);
        return who.IsCompletedSuccessfully ? JudgeAsync(context, current, who.Result) : AuthenticateAsync(context, current, who);
    }

    private async Task AuthenticateAsync(HttpContext context, AccessRules current, ValueTask<Authentication> who) =>
        await JudgeAsync(context, current, await who);

    private Task JudgeAsync(HttpContext context, AccessRules current, in Authentication who)
    {
        var reading = context.TargetReading();
        var named = context.Request.Headers[AccessHeaders.Credential].ToString();
        var chosen = named.Length == 0 ? null : named;
        context.GatewayRequest().IsKnown = who.Caller is not null;
        var decision = AccessOrder.Judge(current, reading, who, metrics, new ApiCall(context, current, reading.Target, chosen, who.Bound?.Credential));
        if (decision is not { Refusal: null, Caller: { } caller, Operation: { } operation, Credential: { } credential }
            || who is not { By: { } by, Key: { } key })
        {
            context.Publish(decision, who.Key);
            return context.RefuseAsync(decision.Refusal ?? BearerKey.Invalid);
        }

        context.Features.Set(new Admission(current, by, key, who.Bound, caller, reading, operation, chosen, credential));
        return next(context);
    }

    /// <summary>A call of Notion's API.</summary>
    private readonly struct ApiCall(HttpContext context, AccessRules rules, RequestTarget target, string? chosen, CredentialName? bound) : IAsked
    {
        public NotionOperation? Operation => null;

        public Refusal? TakeSeat(Caller caller) => context.TakeSeat(caller.Name);

        public AccessDecision Authorize(Caller caller) => rules.Authorize(caller, context.Request.Method, target, chosen, bound);
    }
}
