using System.Buffers;
using System.Security.Cryptography;

namespace NotionGateway.Access;

/// <summary>
/// Creates the keys that are presented to the gateway. 43 characters of base62 hold 256 bits: nobody guesses one, so its plain
/// SHA-256 is a safe thing to store.
/// </summary>
internal static class GatewayKey
{
    /// <summary>What keys begin with, so that a leaked one is recognised.</summary>
    public const string Prefix = "ngw_";

    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int Length = 43;

    private static readonly SearchValues<char> Base62Characters = SearchValues.Create(Base62);

    /// <summary>Whether it could be one of ours.</summary>
    public static bool HasForm(ReadOnlySpan<char> key) =>
        key.Length == Prefix.Length + Length && key.StartsWith(Prefix, StringComparison.Ordinal) && !key[Prefix.Length..].ContainsAnyExcept(Base62Characters);

    /// <summary>A key for a caller or an operator.</summary>
    public static string New() => Prefix + NewSecret();

    /// <summary>The bare secret, for places that are not keys.</summary>
    public static string NewSecret() => RandomNumberGenerator.GetString(Base62, Length);

    /// <summary>The digest that such a secret is looked up by; null if the text cannot be one, so that nothing need be asked.</summary>
    public static KeyDigest? DigestOfSecret(string? text) =>
        text is { Length: Length } && !text.AsSpan().ContainsAnyExcept(Base62Characters) ? KeyDigest.Of(text) : null;
}
