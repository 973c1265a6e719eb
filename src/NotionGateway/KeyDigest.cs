using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace NotionGateway;

/// <summary>
/// The SHA-256 of a gateway key: all that configuration holds of it, and what it is looked up by. A digest cannot be
/// chosen by an attacker, so finding it in a hash table reveals nothing about the stored keys.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct KeyDigest : IEquatable<KeyDigest>
{
    public const string Prefix = "sha256:";

    /// <summary>Longer than any key we create, short enough to hash cheaply.</summary>
    public const int LongestKey = 512;

    private const int HexLength = 2 * SHA256.HashSizeInBytes;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private KeyDigest(ReadOnlySpan<byte> hash)
    {
        _high = MemoryMarshal.Read<UInt128>(hash);
        _low = MemoryMarshal.Read<UInt128>(hash[16..]);
    }

    /// <summary>The digest of a token's bytes, which are ASCII and may be many.</summary>
    public static KeyDigest OfToken(ReadOnlySpan<char> token)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(token.Length));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var length = Encoding.UTF8.GetBytes(token, bytes);
        SHA256.HashData(bytes.AsSpan(0, length), hash);

        // A token is a secret, and the next who rents the buffer need not see it.
        bytes.AsSpan(0, length).Clear();
        ArrayPool<byte>.Shared.Return(bytes);
        return new KeyDigest(hash);
    }

    /// <summary>The digest of a key's UTF-8 bytes; the key is at most <see cref="LongestKey"/> characters.</summary>
    public static KeyDigest Of(ReadOnlySpan<char> key)
    {
        Span<byte> bytes = stackalloc byte[3 * LongestKey];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var length = Encoding.UTF8.GetBytes(key, bytes);
        SHA256.HashData(bytes[..length], hash);
        return new KeyDigest(hash);
    }

    /// <summary>Reads the form used in the configuration: <c>sha256:</c> and 64 hex digits.</summary>
    public static bool TryParse(string text, out KeyDigest digest)
    {
        digest = default;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text.Length != Prefix.Length + HexLength)
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (Convert.FromHexString(text.AsSpan(Prefix.Length), hash, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        digest = new KeyDigest(hash);
        return true;
    }

    /// <summary>The digest as it is kept in a store; an exception if it is not 32 bytes.</summary>
    public static KeyDigest OfStored(ReadOnlySpan<byte> bytes) =>
        bytes.Length == SHA256.HashSizeInBytes ? new KeyDigest(bytes) : throw new ArgumentException("A digest has 32 bytes.", nameof(bytes));

    /// <summary>Its beginning: enough to find the key in a configuration, and too little to be of any use otherwise.</summary>
    public string Short => ToString().Substring(Prefix.Length, 8);

    /// <summary>The 32 bytes to keep in a store.</summary>
    public byte[] ToStored()
    {
        var mine = this;
        return BytesOf(ref mine).ToArray();
    }

    /// <summary>Compares in constant time: all of both digests is looked at, whatever they are.</summary>
    public bool Equals(KeyDigest other)
    {
        var mine = this;
        return CryptographicOperations.FixedTimeEquals(BytesOf(ref mine), BytesOf(ref other));
    }

    public override bool Equals(object? obj) => obj is KeyDigest other && Equals(other);

    // The digest is uniformly distributed already; any of its bits make a good hash code.
    public override int GetHashCode() => (int)(uint)_low;

    public override string ToString()
    {
        var mine = this;
        return Prefix + Convert.ToHexStringLower(BytesOf(ref mine));
    }

    private static ReadOnlySpan<byte> BytesOf(ref KeyDigest digest) => MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref digest, 1));
}
