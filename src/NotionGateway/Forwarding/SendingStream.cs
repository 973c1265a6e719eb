using NotionGateway.Bodies;

namespace NotionGateway.Forwarding;

/// <summary>
/// An upload on its way out. The HTTP client reads it only once it has a connection and is about to write: the first read
/// tells that the request is being sent now, and no byte has gone before.
/// </summary>
internal sealed class SendingStream(Stream source, Action sending) : ReadOnlyStream
{
    private bool _begun;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_begun)
        {
            _begun = true;
            sending();
        }

        return source.ReadAsync(buffer, cancellationToken);
    }
}
