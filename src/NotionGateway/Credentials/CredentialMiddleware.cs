namespace NotionGateway.Credentials;

/// <summary>Refuses before the queue what has no usable token anyway. The token itself is taken later, at each attempt.</summary>
internal sealed class CredentialMiddleware(RequestDelegate next, CredentialFinder credentials)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.GatewayRequest();
        var (credential, refusal) = await credentials.FindAsync(request);
        if (refusal is not null)
        {
            await context.RefuseAsync(refusal);
            return;
        }

        request.Connection = credential;
        await next(context);
    }
}
