namespace NotionGateway.Forwarding;

/// <summary>A body that is passed through as it comes; tells when its first bytes have gone, since from then on it cannot be sent again.</summary>
internal sealed class OneWayStream(Stream source, Action begun) : ReadOnlyStream
{
    private Task<int>? _firstBytes;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The server's stream cannot be read again after a read of it was cancelled. So the first bytes are waited for, without
        // taking them, by one read that no attempt ends: the next attempt goes on waiting.
        _firstBytes ??= source.ReadAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
        if (!_firstBytes.IsCompletedSuccessfully)
        {
            await _firstBytes.WaitAsync(cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var read = await source.ReadAsync(buffer, cancellationToken);
        if (read > 0)
        {
            begun();
        }

        return read;
    }
}
