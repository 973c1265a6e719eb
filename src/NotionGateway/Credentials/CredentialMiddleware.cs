namespace NotionGateway.Credentials;

/// <summary>Refuses before the queue what has no usable token anyway. The token itself is taken later, at each attempt.</summary>
internal sealed class CredentialMiddleware(RequestDelegate next, CredentialStore store, TimeProvider time)
{
    /// <summary>How long a request that comes right after the start waits for the first reading of its credential.</summary>
    private static readonly TimeSpan StartGrace = TimeSpan.FromSeconds(5);

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.GatewayRequest();
        if (store.Find(request.Credential!.Value) is not { } credential)
        {
            await context.RefuseAsync(new Refusal(RefusalReason.CredentialUnavailable, $"Credential '{request.Credential}' is no longer configured."));
            return;
        }

        if (!credential.FirstRead.IsCompleted)
        {
            await Task.WhenAny(credential.FirstRead, Task.Delay(StartGrace, time, request.CallerGone));
        }

        if (credential.State.Refuse(credential.Options, time.GetUtcNow()) is { } refusal)
        {
            await context.RefuseAsync(refusal);
            return;
        }

        request.Connection = credential;
        await next(context);
    }
}
