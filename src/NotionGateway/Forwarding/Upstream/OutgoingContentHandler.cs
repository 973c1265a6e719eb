namespace NotionGateway.Forwarding.Upstream;

/// <summary>
/// Puts the content in that a request carries along. The forwarder knows no content but the caller's own stream, and lets
/// nothing take its place; a body in memory has to come in behind it.
/// </summary>
internal sealed class OutgoingContentHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    public static readonly HttpRequestOptionsKey<OutgoingContent> Key = new("notion-gateway.content");

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Options.TryGetValue(Key, out var content))
        {
            request.Content = content;
        }

        return base.SendAsync(request, cancellationToken);
    }
}
