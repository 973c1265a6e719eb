using System.Net;
using NotionGateway.Bodies;

namespace NotionGateway.Forwarding.Upstream;

/// <summary>
/// A body in memory, perhaps an empty one, on its way out. The HTTP client asks for it once it has a connection and writes:
/// that is the moment of sending, and no byte has gone before. It asks again only when Notion has said that it did not look at the request
/// (RFC 9113, 8.7); with a body of ours, be it empty, it does not do so for a connection that just died.
/// </summary>
internal sealed class OutgoingContent(BufferedBody? body, Action sending) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        sending();
        return body is null ? Task.CompletedTask : body.WriteToAsync(stream, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body?.Length ?? 0;
        return true;
    }
}
