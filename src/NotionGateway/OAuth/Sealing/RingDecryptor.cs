using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace NotionGateway.OAuth.Sealing;

/// <summary>Decrypts stored ring keys. The framework creates it by its name, which is in every stored element: it must not be renamed.</summary>
internal sealed class RingDecryptor(IServiceProvider services) : IXmlDecryptor
{
    /// <summary>The name to store: without a version, since an older gateway would not find that of a newer one.</summary>
    public static readonly string StoredName = $"{typeof(RingDecryptor).FullName}, {typeof(RingDecryptor).Assembly.GetName().Name}";

    private readonly EncryptionKeys _keys = services.GetRequiredService<EncryptionKeys>();

    public XElement Decrypt(XElement encryptedElement) => RingXml.Decrypt(encryptedElement, _keys);
}
