namespace NotionGateway.Forwarding.Proxy;

/// <summary>Has the proxy's password ready before a request needs a tunnel, and notes when there was none.</summary>
internal sealed class ProxyLoginHandler(ProxyLogin login, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await login.PrepareAsync(cancellationToken);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ProxyTunnelError)
        {
            login.Refused();
            throw;
        }
    }
}
