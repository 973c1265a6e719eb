namespace NotionGateway.Bodies;

/// <summary>A body that is passed through as it comes; tells when its first bytes have gone, since from then on it cannot be sent again.</summary>
internal sealed class OneWayStream(CallerBody source, Action begun) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken);
        if (read > 0)
        {
            begun();
        }

        return read;
    }
}
