using System.Security.Cryptography;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Sealing;

/// <summary>
/// Checks at start, before anything is encrypted or decrypted, that the key ring can be read; and encrypts it with the current
/// key on request.
/// </summary>
internal sealed class KeyRingGuard(IKeyRingStore ring, IGrantStore grants, EncryptionKeys keys)
{
    /// <summary>A <see cref="KeyRingException"/> unless every element can be read, and there is a ring if there is a grant.</summary>
    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        var elements = ring.ReadRing();
        foreach (var element in elements)
        {
            Prove(element);
        }

        if (elements.All(element => element.Name == RowSealer.ElementName) && (await grants.CountAsync(cancellationToken)).Count > 0)
        {
            throw NoRing();
        }
    }

    /// <summary>A <see cref="KeyRingException"/> if there is no ring yet.</summary>
    public void RequireRing()
    {
        if (ring.ReadRing().Count == 0)
        {
            throw new KeyRingException(
                "The grant store has no key ring: no gateway has used it yet. Configure the store that the gateways use; nothing was changed.");
        }
    }

    /// <summary>How many elements are under the previous key.</summary>
    public int CountOutdated() => ring.ReadRing().Count(element => RingSignature.Open(element, keys).Key.Id != keys.Current.Id);

    /// <summary>
    /// Encrypts with the current key what is still encrypted with the previous one, one element at a time; it can be repeated. Never
    /// done at start: a gateway that has only the old key would no longer read the ring. Returns the number of elements.
    /// </summary>
    public int Rewrap()
    {
        var rewrapped = 0;
        foreach (var element in ring.ReadRing())
        {
            var (content, key) = RingSignature.Open(element, keys);
            if (key.Id == keys.Current.Id)
            {
                continue;
            }

            foreach (var encrypted in content.Descendants(RingXml.EncryptedKey).ToArray())
            {
                encrypted.ReplaceWith(RingXml.Encrypt(RingXml.Decrypt(encrypted, keys), keys.Current));
            }

            ring.WriteRing(RingSignature.Sign(element.Name, content, keys.Current));
            rewrapped++;
        }

        return rewrapped;
    }

    public static KeyRingException NoRing() => new(
        "The grant store contains grants, but not the key ring that they are encrypted with. "
        + "Restore a backup of the store that has both; no new key ring was created.");

    private void Prove(RingElement element)
    {
        var (content, _) = RingSignature.Open(element, keys);
        try
        {
            foreach (var encrypted in content.Descendants(RingXml.EncryptedKey))
            {
                _ = RingXml.Decrypt(encrypted, keys);
            }
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException)
        {
            throw new KeyRingException($"The element '{element.Name}' of the key ring in the grant store is damaged. Restore a backup of the store.", failure);
        }
    }
}
