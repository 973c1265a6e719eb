using System.Security.Cryptography;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Sealing;

/// <summary>What is done with the key ring at start, before anything is sealed or opened: it is proved readable, and brought under the current key.</summary>
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

        if (elements.Count == 0 && (await grants.ListAsync(app: null, after: null, most: 1, cancellationToken)).Count > 0)
        {
            throw new KeyRingException("The grant store holds grants, but not the key ring that they are sealed with. Restore a backup of the store that has both; no new key ring was made.");
        }
    }

    /// <summary>
    /// Encrypts anew what is still under the previous key, an element at a time; interrupted, it goes on at the next start.
    /// Gives the number of elements: when it is 0, the previous key is no longer needed.
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
