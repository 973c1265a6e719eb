using NotionGateway.Access;
using NotionGateway.Caching.Store;
using NotionGateway.Credentials;

namespace NotionGateway.Caching;

/// <summary>How long a request would wait for a permit now. A later stage supplies it.</summary>
internal delegate TimeSpan PermitWait(HttpContext context);

/// <summary>
/// Gives stored responses that are older than usual, where a policy allows it: while permits are scarce, and in place of a failure. What has changed since
/// it was asked for is never given.
/// </summary>
internal sealed class StaleTransform(
    ResponseCache cache,
    RefreshTransform refresh,
    CachingMetrics metrics,
    StillAdmitted admitted,
    Reloadable<AccessRules> rules,
    Reloadable<CachingOptions> options,
    PermitWait wait,
    TimeProvider time)
{
    private static readonly RefusalReason[] Failures =
        [RefusalReason.UpstreamUnreachable, RefusalReason.UpstreamTls, RefusalReason.UpstreamReset, RefusalReason.UpstreamTimeout];

    /// <summary>Before the request waits, if it would wait too long; false if it is to wait.</summary>
    public async Task<bool> TryGiveEarlyAsync(HttpContext context, CacheUse use, RequestDelegate send) =>
        use.Policy.StaleWhileLimited > TimeSpan.Zero && use.Forwarded == "stale" && wait(context) > use.Policy.StaleAfter
        && await TryGiveAsync(context, use, context.Credential().State, StaleCause.Limited, send);

    /// <summary>
    /// In place of a refusal, to who is still admitted after the wait and of the credential that the request has by then; false if the refusal is what the
    /// caller gets.
    /// </summary>
    public async Task<bool> TryGiveAsync(HttpContext context, CacheUse use, Refusal refusal, RequestDelegate send)
    {
        StaleCause? cause = refusal.Reason.Status == StatusCodes.Status429TooManyRequests ? StaleCause.Limited
            : Array.IndexOf(Failures, refusal.Reason) >= 0 ? StaleCause.Error
            : null;
        if (cause is not { } known)
        {
            return false;
        }

        var now = await admitted.AskAsync(context.Admission(), context.GatewayRequest().CallerGone);
        return now is { Refusal: null, Credential: { } credential } && await TryGiveAsync(context, use, credential.State, known, send);
    }

    /// <summary>In place of Notion's response, of which nothing has been sent yet; false if that is what the caller gets.</summary>
    /// <param name="context">The request.</param>
    /// <param name="use">What it wants.</param>
    /// <param name="state">The credential that it was sent with.</param>
    /// <param name="status">The status of Notion's response.</param>
    public async Task<bool> TryGiveAsync(HttpContext context, CacheUse use, CredentialState state, int status) => status switch
    {
        StatusCodes.Status429TooManyRequests or 529 => await TryGiveAsync(context, use, state, StaleCause.Limited, send: null),
        >= 500 => await TryGiveAsync(context, use, state, StaleCause.Error, send: null),
        _ => false,
    };

    private async Task<bool> TryGiveAsync(HttpContext context, CacheUse use, CredentialState state, StaleCause cause, RequestDelegate? send)
    {
        if (PolicyNow(context.Admission()) is not { } policy)
        {
            return false;
        }

        use = use with { Policy = policy };
        var longer = policy.LongerFor(cause);
        if (longer == TimeSpan.Zero || use.Asked.AsksNotion || context.Response.HasStarted || cache.Find(state, use, out _, longer) is not { } stored)
        {
            return false;
        }

        try
        {
            if (cause == StaleCause.Limited && send is not null && state.Identity is { } identity)
            {
                refresh.Start(context, new EntryKey(identity.BotId, use.Key), use, longer, send);
            }

            var admission = context.Admission();
            context.Response.Clear();
            context.Features.Set(CacheHit.Instance);
            metrics.Stale(admission.Caller.Name, admission.Operation, stored.Age);
            await ResponseTransform.WriteStoredAsync(context, stored, time, cause == StaleCause.Limited ? "limited" : "error");
            return true;
        }
        finally
        {
            stored.Response.Release();
        }
    }

    /// <summary>A reload during the wait may have taken it away.</summary>
    private CachePolicy? PolicyNow(Admission admission) =>
        options.Current.PolicyNamed(rules.Current.CallerNamed(admission.Caller.Name)?.Cache) is { } policy && policy.Covers(admission.Operation)
            ? policy
            : null;
}
