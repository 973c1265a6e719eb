using NotionGateway.Access;

namespace NotionGateway.Credentials;

/// <summary>Refuses before the queue what has no usable token anyway. The token itself is taken later, at each attempt.</summary>
internal sealed class CredentialMiddleware(RequestDelegate next, CredentialStore store, IGrantedCredentials grants, TimeProvider time)
{
    /// <summary>How long a request that comes right after the start waits for the first reading of its credential.</summary>
    private static readonly TimeSpan StartGrace = TimeSpan.FromSeconds(5);

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.GatewayRequest();
        var name = request.Credential!.Value;
        var (found, why) = name.IsGrant ? await grants.FindAsync(name, request.CallerGone) : (store.Find(name), null);
        if (found is not { } credential)
        {
            await context.RefuseAsync(why ?? (name.IsGrant
                ? AccessRules.CredentialNotAllowed(request.Caller!)
                : new Refusal(RefusalReason.CredentialUnavailable, $"Credential '{name}' is no longer configured.")));
            return;
        }

        if (request.BoundGrant is { } bound && credential.Options.GrantId != bound)
        {
            // The name belongs to another grant since the key was looked up.
            await context.RefuseAsync(AccessRules.CredentialNotAllowed(request.Caller!));
            return;
        }

        if (!credential.FirstRead.IsCompleted)
        {
            await Task.WhenAny(credential.FirstRead, Task.Delay(StartGrace, time, request.CallerGone));
        }

        if (credential.State.Refuse(credential.Options, time.Monotonic()) is { } refusal)
        {
            await context.RefuseAsync(refusal);
            return;
        }

        request.Connection = credential;
        await next(context);
    }
}
