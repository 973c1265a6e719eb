using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace NotionGateway.OAuth.Sealing;

/// <summary>Encrypts new ring keys before they are stored.</summary>
internal sealed class RingEncryptor(EncryptionKeys keys) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(RingXml.Encrypt(plaintextElement, keys.Current), typeof(RingDecryptor));
}
