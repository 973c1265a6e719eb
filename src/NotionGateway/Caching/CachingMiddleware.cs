using NotionGateway.Access;
using NotionGateway.Bodies;
using NotionGateway.Caching.Store;
using NotionGateway.Credentials;

namespace NotionGateway.Caching;

/// <summary>Before a request waits: gives it a stored response, if its caller accepts one and there is one that is true.</summary>
internal sealed class CachingMiddleware(
    RequestDelegate next,
    Reloadable<CachingOptions> options,
    KeyTransform keys,
    ResponseCache cache,
    StaleTransform stale,
    CachingMetrics metrics,
    TimeProvider time)
{
    private static readonly Refusal NotCached = new(
        RefusalReason.NotCached, "The request says only-if-cached, and the gateway has no stored response that it may give. Nothing was sent.");

    public Task InvokeAsync(HttpContext context)
    {
        var current = options.Current;
        if (!current.Stores)
        {
            return next(context);
        }

        var admission = context.Admission();
        if (!admission.Operation.Reads)
        {
            // What a write has changed is read from its response, which must not be packed.
            context.Request.Headers.AcceptEncoding = "identity";
            return next(context);
        }

        return current.PolicyNamed(admission.Caller.Cache) is { } policy
            ? LookAsync(context, admission, policy)
            : next(context);
    }

    private Task LookAsync(HttpContext context, Admission admission, CachePolicy policy)
    {
        var state = context.Credential().State;
        var asked = RequestDirectives.Parse(context.Request.Headers.CacheControl);
        if (!policy.Covers(admission.Operation) || asked.NoStore || ResponseCache.ScopeOf(state) is null
            || keys.OfStored(context, context.RequestBody()) is not { } key)
        {
            metrics.Served(admission.Caller.Name, admission.Operation, "bypassed");
            return asked.OnlyIfCached ? context.RefuseAsync(NotCached) : next(context);
        }

        context.Request.Headers.AcceptEncoding = "identity";
        var use = new CacheUse(policy, key, asked);
        var why = "request";
        if (!asked.AsksNotion && cache.Find(state, use, out why) is { } stored)
        {
            return GiveAsync(context, admission, stored);
        }

        metrics.Served(admission.Caller.Name, admission.Operation, asked.AsksNotion ? "refreshed" : "miss");
        if (asked.OnlyIfCached)
        {
            return context.RefuseAsync(NotCached);
        }

        context.Features.Set(use = use with { Forwarded = why });
        return policy.StaleWhileLimited > TimeSpan.Zero || policy.StaleIfError > TimeSpan.Zero ? StaleAsync(context, use) : next(context);
    }

    /// <summary>Gives what is older than usual at once if permits are scarce, else only in place of a failure.</summary>
    private async Task StaleAsync(HttpContext context, CacheUse use)
    {
        if (!await stale.TryGiveEarlyAsync(context, use, next))
        {
            context.Features.Set<InsteadOfRefusal>(refusal => stale.TryGiveAsync(context, use, refusal, next));
            await next(context);
        }
    }

    private async Task GiveAsync(HttpContext context, Admission admission, StoredResponse stored)
    {
        try
        {
            context.Features.Set(CacheHit.Instance);
            metrics.Hit(admission.Caller.Name, admission.Operation, admission.Credential, stored.Age);
            await ResponseTransform.WriteStoredAsync(context, stored, time);
        }
        finally
        {
            stored.Response.Release();
        }
    }
}
