namespace NotionGateway.Forwarding.Upstream;

/// <summary>The body of a response to one of the gateway's own calls.</summary>
/// <param name="Body">What came of it.</param>
/// <param name="Broke">What ended it before its end; null if nothing did.</param>
internal readonly record struct OwnResponse(ReadOnlyMemory<byte> Body, Exception? Broke)
{
    // It may hold tokens.
    public override string ToString() => $"{Body.Length} bytes";
}
