using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace NotionGateway.OAuth.Sealing;

/// <summary>The secret part of a ring element, encrypted: <c>&lt;encryptedKey key="id"&gt;base64&lt;/encryptedKey&gt;</c>.</summary>
internal static class RingXml
{
    public static readonly XName EncryptedKey = "encryptedKey";
    public static readonly XName KeyAttribute = "key";

    private static readonly XmlReaderSettings Strict = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    public static string Text(this XElement element) => element.ToString(SaveOptions.DisableFormatting);

    public static XElement Parse(string text)
    {
        using var reader = XmlReader.Create(new StringReader(text), Strict);
        return XElement.Load(reader, LoadOptions.PreserveWhitespace);
    }

    public static XElement Encrypt(XElement secret, EncryptionKey key)
    {
        var plaintext = Encoding.UTF8.GetBytes(secret.Text());
        try
        {
            return new XElement(EncryptedKey, new XAttribute(KeyAttribute, key.Id), Convert.ToBase64String(key.Encrypt(plaintext)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    public static XElement Decrypt(XElement encrypted, EncryptionKeys keys)
    {
        var id = (string?)encrypted.Attribute(KeyAttribute) ?? "";
        var key = keys.Find(id) ?? throw WrongKey(id, keys);
        var plaintext = key.Decrypt(Convert.FromBase64String(encrypted.Value));
        try
        {
            return Parse(Encoding.UTF8.GetString(plaintext));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    public static KeyRingException WrongKey(string id, EncryptionKeys keys) => new(
        $"The key ring in the grant store is encrypted with a different key (id '{id}') than Gateway:OAuth:EncryptionKey (id '{keys.Current.Id}'). "
        + "Start with the key that it is encrypted with; to change keys, configure that one as the previous key. "
        + "No new key ring was created, and nothing was changed.");
}
