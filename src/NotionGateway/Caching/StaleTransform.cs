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
    ResponseCache cache, RefreshTransform refresh, CachingMetrics metrics, StillAdmitted admitted, PermitWait wait, TimeProvider time)
{
    private static readonly RefusalReason[] Failures =
        [RefusalReason.UpstreamUnreachable, RefusalReason.UpstreamTls, RefusalReason.UpstreamReset, RefusalReason.UpstreamTimeout];

    /// <summary>Before the request waits, if it would wait too long; false if it is to wait.</summary>
    public async Task<bool> TryGiveEarlyAsync(HttpContext context, CacheUse use, RequestDelegate send) =>
        use.Policy.StaleWhileLimited > TimeSpan.Zero && use.Forwarded == "stale" && wait(context) > use.Policy.StaleAfter
        && await TryGiveAsync(context, use, StaleCause.Limited, send);

    /// <summary>In place of a refusal, to who is still admitted after the wait; false if the refusal is what the caller gets.</summary>
    public async Task<bool> TryGiveAsync(HttpContext context, CacheUse use, Refusal refusal, RequestDelegate send)
    {
        StaleCause? cause = refusal.Reason.Status == StatusCodes.Status429TooManyRequests ? StaleCause.Limited
            : Array.IndexOf(Failures, refusal.Reason) >= 0 ? StaleCause.Error
            : null;
        return cause is { } known && (await admitted.AskAsync(context.Admission(), context.GatewayRequest().CallerGone)).Refusal is null
            && await TryGiveAsync(context, use, known, send);
    }

    /// <summary>In place of Notion's response, of which nothing has been sent yet; false if that is what the caller gets.</summary>
    public async Task<bool> TryGiveAsync(HttpContext context, CacheUse use, int status) => status switch
    {
        StatusCodes.Status429TooManyRequests or 529 => await TryGiveAsync(context, use, StaleCause.Limited, send: null),
        >= 500 => await TryGiveAsync(context, use, StaleCause.Error, send: null),
        _ => false,
    };

    private async Task<bool> TryGiveAsync(HttpContext context, CacheUse use, StaleCause cause, RequestDelegate? send)
    {
        var state = context.Credential().State;
        var longer = use.Policy.LongerFor(cause);
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
}
