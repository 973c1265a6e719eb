using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Sealing;

/// <summary>
/// Every ring element is signed under its name. With encryption alone, anyone who can write to the store could add a ring key that
/// they know, and read everything sealed from then on; or expire the real keys, or name types for the framework to create.
/// </summary>
internal static class RingSignature
{
    private static readonly XName Envelope = "signed";
    private static readonly XName Signature = "signature";

    public static RingElement Sign(string name, XElement content, EncryptionKey key)
    {
        var text = content.Text();
        var envelope = new XElement(
            Envelope, new XAttribute(RingXml.KeyAttribute, key.Id), new XAttribute(Signature, Convert.ToBase64String(key.Sign($"{name}\n{text}"))), text);
        return new RingElement(name, envelope.Text());
    }

    /// <summary>The content, and the key that it was signed with.</summary>
    public static (XElement Content, EncryptionKey Key) Open(RingElement element, EncryptionKeys keys)
    {
        try
        {
            var envelope = RingXml.Parse(element.Xml);
            var id = (string?)envelope.Attribute(RingXml.KeyAttribute) ?? throw new FormatException("There is no key id.");
            var key = keys.Find(id) ?? throw RingXml.WrongKey(id, keys);
            var signature = Convert.FromBase64String((string?)envelope.Attribute(Signature) ?? "");
            return CryptographicOperations.FixedTimeEquals(signature, key.Sign($"{element.Name}\n{envelope.Value}"))
                ? (RingXml.Parse(envelope.Value), key)
                : throw new CryptographicException("The signature is invalid.");
        }
        catch (Exception failure) when (failure is XmlException or FormatException or CryptographicException)
        {
            throw new KeyRingException(
                $"The element '{element.Name}' of the key ring in the grant store was changed from outside, or is damaged. "
                + "Restore a backup of the store; nothing was changed.",
                failure);
        }
    }
}
