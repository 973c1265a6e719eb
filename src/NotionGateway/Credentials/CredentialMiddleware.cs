using Microsoft.AspNetCore.Http.Features;
using NotionGateway.Access;

namespace NotionGateway.Credentials;

/// <summary>Refuses before the queue what has no usable token anyway. The token itself is taken later, at each attempt.</summary>
internal sealed class CredentialMiddleware(RequestDelegate next, CredentialFinder credentials, StillAdmitted admitted)
{
    public Task InvokeAsync(HttpContext context)
    {
        var admission = context.Admission();
        var finding = credentials.FindAsync(admission.Credential, admission.Caller, admission.GrantId, context.GatewayRequest().CallerGone);
        return finding.IsCompletedSuccessfully
            ? GoOnAsync(context, finding.Result, waited: context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
            : FindAsync(context, finding);
    }

    private async Task FindAsync(HttpContext context, ValueTask<(Credential? Credential, Refusal? Refusal)> finding) =>
        await GoOnAsync(context, await finding, waited: true);

    private Task GoOnAsync(HttpContext context, (Credential? Credential, Refusal? Refusal) found, bool waited)
    {
        var admission = context.Admission();
        var mayBeRenamed = admission.GrantId is not null && found.Refusal?.Reason == RefusalReason.CredentialNotAllowed;
        if (!admitted.IsOfNow(admission) || mayBeRenamed || (waited && admission.MayEnd))
        {
            return AskAgainAsync(context);
        }

        if (found.Refusal is { } refusal)
        {
            return context.RefuseAsync(refusal);
        }

        context.Features.Set(found.Credential);
        return next(context);
    }

    /// <summary>While its body came, its key may have ended, or a reload may have given its caller another credential; or its grant has another name.</summary>
    private async Task AskAgainAsync(HttpContext context)
    {
        var admission = context.Admission();
        var (refusal, name, credential) = await admitted.AskAsync(admission, context.GatewayRequest().CallerGone);
        if (refusal is not null)
        {
            await context.RefuseAsync(refusal);
            return;
        }

        context.Features.Set(admission with { Credential = name ?? admission.Credential });
        context.Features.Set(credential);
        await next(context);
    }
}
