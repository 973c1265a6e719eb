using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Sealing;

/// <summary>
/// The key ring for Data Protection: complete, or an exception. The framework ignores elements that it cannot read, and creates a
/// new key instead; therefore an element that cannot be decrypted, or is missing, causes an exception here.
/// </summary>
internal sealed class RingRepository(IKeyRingStore store, EncryptionKeys keys) : IXmlRepository
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public static string NameOf(Guid key) => $"key-{key:D}";

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var elements = store.ReadRing().Where(element => element.Name != RowSealer.ElementName).ToList();
        XElement[] contents = [.. elements.Select(element => RingSignature.Open(element, keys).Content)];
        lock (_lock)
        {
            if (_seen.Except(elements.Select(element => element.Name), StringComparer.Ordinal).FirstOrDefault() is { } vanished)
            {
                throw new KeyRingException(
                    $"The element '{vanished}' is missing from the key ring in the grant store. Restore a backup of the store; no new key was created.");
            }

            _seen.UnionWith(elements.Select(element => element.Name));
        }

        return contents;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var stored = new XElement(element);
        foreach (var type in stored.DescendantsAndSelf().Attributes("decryptorType"))
        {
            type.Value = RingDecryptor.StoredName;
        }

        store.WriteRing(RingSignature.Sign(friendlyName, RowSealer.Marked(stored), keys.Current));
    }
}
