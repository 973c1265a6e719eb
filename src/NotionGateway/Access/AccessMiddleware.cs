namespace NotionGateway.Access;

/// <summary>
/// The first stage: carries key and target to the rules, and their answer into <see cref="GatewayRequest"/>. Until it has
/// let a request through, nothing behind it is touched.
/// </summary>
internal sealed class AccessMiddleware(RequestDelegate next, Reloadable<AccessRules> rules, AccessMetrics metrics, IBoundKeys? boundKeys = null)
{
    public Task InvokeAsync(HttpContext context)
    {
        var current = rules.Current;
        var stranger = current.Authenticate(context.Request.Headers.Authorization, out var caller, out var key);
        return caller is null && key is { HasForm: true } && boundKeys is not null
            ? InvokeWithBoundKeyAsync(context, current, key.Value.Digest)
            : AdmitAsync(context, current, stranger, caller, key?.Digest ?? default, bound: null);
    }

    /// <summary>The key is no configured one; it may be one that stands for a grant.</summary>
    private async Task InvokeWithBoundKeyAsync(HttpContext context, AccessRules current, KeyDigest key)
    {
        var (identity, unknown) = await boundKeys!.FindAsync(key, context.RequestAborted);
        Caller? caller = null;
        var stranger = unknown ?? current.AuthenticateBound(identity, out caller);
        context.GatewayRequest().BoundGrant = identity?.GrantId;
        await AdmitAsync(context, current, stranger, caller, key, identity);
    }

    private Task AdmitAsync(HttpContext context, AccessRules current, Refusal? stranger, Caller? caller, KeyDigest key, BoundIdentity? bound) =>
        Judge(context, current, context.GatewayRequest(), stranger, caller, key, bound) is { } refusal ? context.RefuseAsync(refusal) : next(context);

    private Refusal? Judge(HttpContext context, AccessRules current, GatewayRequest request, Refusal? stranger, Caller? caller, KeyDigest key, BoundIdentity? bound)
    {
        var rejected = stranger is null && current.QueryTokens.Rejects(request.QueryTokens);
        request.Caller = caller;
        metrics.QueryTokens(request.QueryTokens, caller, rejected);
        if (stranger is not null)
        {
            return stranger;
        }

        if (context.TakeSeat(caller!.Name) is { } overShare)
        {
            return overShare;
        }

        if (rejected)
        {
            return AccessRules.RejectedQueryToken;
        }

        var named = context.Request.Headers[AccessHeaders.Credential].ToString();
        var chosen = named.Length == 0 ? null : named;
        var refusal = current.Authorize(caller, context.Request.Method, request.Target, chosen, out var operation, out var credential, bound?.Credential);
        request.Operation = operation;
        request.Credential = operation is null || credential == default ? null : credential;
        request.Admission = new Admission(current, key, bound, context.Request.Method, request.Target, chosen, credential, request.QueryTokens);
        return refusal;
    }
}
