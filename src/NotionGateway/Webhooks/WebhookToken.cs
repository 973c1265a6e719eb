using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace NotionGateway.Webhooks;

/// <summary>The verification token of a subscription. Only signatures can be checked with it: it cannot be read back or printed.</summary>
[DebuggerDisplay("[redacted]")]
internal sealed class WebhookToken(string value)
{
    private const string Prefix = "sha256=";

    private readonly byte[] _key = Encoding.UTF8.GetBytes(value);

    /// <summary>Whether a signature is the one of exactly these bytes.</summary>
    public bool Signs(ReadOnlySpan<byte> body, string? signature)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> right = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, body, right);
        return signature is not null
            && signature.Length == Prefix.Length + (2 * HMACSHA256.HashSizeInBytes)
            && signature.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.FromHexString(signature.AsSpan(Prefix.Length), given, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(given, right);
    }

    public override string ToString() => "[redacted]";
}
