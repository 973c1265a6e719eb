namespace NotionGateway.OAuth.Store;

/// <summary>One element of the Data Protection key ring: XML whose secret part is encrypted, and which is signed.</summary>
internal sealed record RingElement(string Name, string Xml);

/// <summary>
/// Stores the key ring with the grants that it encrypts, so that a backup has both. Synchronous, as the framework requires.
/// Failures are <see cref="GrantStoreException"/>.
/// </summary>
internal interface IKeyRingStore
{
    IReadOnlyList<RingElement> ReadRing();

    /// <summary>Adds the element, or replaces the one of the same name.</summary>
    void WriteRing(RingElement element);
}
