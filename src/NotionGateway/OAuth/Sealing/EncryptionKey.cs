using System.Security.Cryptography;
using System.Text;

namespace NotionGateway.OAuth.Sealing;

/// <summary>
/// What the key ring is encrypted and signed with, derived from the operator's secret text. The text should be
/// random (<c>openssl rand -base64 32</c>): there is no slow hash that would protect a text that can be guessed.
/// </summary>
internal sealed class EncryptionKey
{
    public const int ShortestSecret = 32;

    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly byte[] _encrypting;
    private readonly byte[] _signing;

    private EncryptionKey(byte[] secret)
    {
        _encrypting = Derive(secret, "notion-gateway key ring 1: encryption", 32);
        _signing = Derive(secret, "notion-gateway key ring 1: signature", 32);
        Id = Convert.ToHexStringLower(Derive(secret, "notion-gateway key ring 1: id", 8));
    }

    /// <summary>Tells keys apart. It is derived like the keys themselves, so that it tells nothing of them.</summary>
    public string Id { get; }

    public static EncryptionKey Of(string secret)
    {
        if (secret.Length < ShortestSecret)
        {
            throw new KeyRingException($"An encryption key must have at least {ShortestSecret} characters. Create one with: openssl rand -base64 32");
        }

        var bytes = Encoding.UTF8.GetBytes(secret);
        try
        {
            return new EncryptionKey(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>AES-256-GCM under a fresh nonce: nonce, ciphertext, tag.</summary>
    public byte[] Encrypt(ReadOnlySpan<byte> plaintext)
    {
        var result = new byte[NonceLength + plaintext.Length + TagLength];
        RandomNumberGenerator.Fill(result.AsSpan(0, NonceLength));
        using var aes = new AesGcm(_encrypting, TagLength);
        aes.Encrypt(result.AsSpan(0, NonceLength), plaintext, result.AsSpan(NonceLength, plaintext.Length), result.AsSpan(NonceLength + plaintext.Length));
        return result;
    }

    /// <summary>What <see cref="Encrypt"/> was given; a <see cref="CryptographicException"/> if it was not this key, or not this.</summary>
    public byte[] Decrypt(ReadOnlySpan<byte> encrypted)
    {
        if (encrypted.Length < NonceLength + TagLength)
        {
            throw new CryptographicException("This is too short to be encrypted.");
        }

        var plaintext = new byte[encrypted.Length - NonceLength - TagLength];
        using var aes = new AesGcm(_encrypting, TagLength);
        aes.Decrypt(encrypted[..NonceLength], encrypted[NonceLength..^TagLength], encrypted[^TagLength..], plaintext);
        return plaintext;
    }

    public byte[] Sign(string text) => HMACSHA256.HashData(_signing, Encoding.UTF8.GetBytes(text));

    public override string ToString() => $"[encryption key {Id}]";

    private static byte[] Derive(byte[] secret, string use, int length) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, length, info: Encoding.ASCII.GetBytes(use));
}
