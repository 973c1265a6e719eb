using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace NotionGateway.Access.Identities.Keys;

/// <summary>One public key of an issuer. Weak, symmetric and encryption keys never become one.</summary>
internal sealed class SigningKey
{
    /// <summary>How a SPIFFE bundle marks keys of tokens, beside those of certificates.</summary>
    private const string ForSvid = "jwt-svid";

    private const int LeastRsaBits = 2048;

    /// <summary>A check with a longer key costs so much that a stranger's token would be a weapon.</summary>
    private const int MostRsaBits = 8192;

    private SigningKey(SecurityKey key, string? id, string? algorithm, int curveSize, string material) =>
        (Key, Id, Algorithm, CurveSize, Material) = (key, id, algorithm, curveSize, material);

    public SecurityKey Key { get; }

    /// <summary><c>kid</c>; null if it has none.</summary>
    public string? Id { get; }

    /// <summary>The one algorithm that the issuer allows for it; null if it says nothing.</summary>
    public string? Algorithm { get; }

    /// <summary>0 for RSA.</summary>
    public int CurveSize { get; }

    /// <summary>The public values as one text: the same key in another version of the document has the same.</summary>
    public string Material { get; }

    /// <summary>Whether the key is of the kind that the algorithm uses, whatever its size.</summary>
    public bool IsOfKind(string algorithm) =>
        SignatureAlgorithm.IsElliptic(algorithm) == CurveSize > 0 && (Algorithm is null || Algorithm == algorithm);

    /// <summary>Whether a signature with this algorithm may be checked with the key.</summary>
    public bool Fits(string algorithm) => IsOfKind(algorithm) && SignatureAlgorithm.CurveSize(algorithm) == CurveSize;

    /// <summary>Reads a JSON Web Key (RFC 7517); null if it is not one that is used here.</summary>
    public static SigningKey? Read(JsonElement json)
    {
        try
        {
            return json.ValueKind == JsonValueKind.Object && IsForSignatures(json) ? Parse(json) : null;
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException or InvalidOperationException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    /// <summary>How people tell it from others: <c>kid</c>, and what it is for.</summary>
    public override string ToString() => $"{Id ?? "(no kid)"} {Algorithm ?? (CurveSize > 0 ? $"P-{CurveSize}" : "RSA")}";

    private static SigningKey? Parse(JsonElement json)
    {
        var (id, algorithm) = (Text(json, "kid"), Text(json, "alg"));
        if (algorithm is not null && !SignatureAlgorithm.IsKnown(algorithm))
        {
            return null;
        }

        switch (Text(json, "kty"))
        {
            case "RSA":
                var (modulus, exponent) = (Bytes(json, "n"), Bytes(json, "e"));
                var bits = BitsOf(modulus);
                return bits is < LeastRsaBits or > MostRsaBits || !IsSoundExponent(exponent) ? null : new SigningKey(
                    new RsaSecurityKey(new RSAParameters { Modulus = modulus, Exponent = exponent }), id, algorithm, 0,
                    $"RSA {id} {algorithm} {Convert.ToHexString(modulus)} {Convert.ToHexString(exponent)}");
            case "EC":
                var (curve, size) = Text(json, "crv") switch
                {
                    "P-256" => (ECCurve.NamedCurves.nistP256, 256),
                    "P-384" => (ECCurve.NamedCurves.nistP384, 384),
                    "P-521" => (ECCurve.NamedCurves.nistP521, 521),
                    _ => (default, 0),
                };
                if (size == 0)
                {
                    return null;
                }

                var point = new ECPoint { X = Bytes(json, "x"), Y = Bytes(json, "y") };

                // A point that is not on the curve is an exception here.
                var key = new ECDsaSecurityKey(ECDsa.Create(new ECParameters { Curve = curve, Q = point }));
                return new SigningKey(
                    key, id, algorithm, size, $"EC{size} {id} {algorithm} {Convert.ToHexString(point.X)} {Convert.ToHexString(point.Y)}");
            default:
                return null;
        }
    }

    private static bool IsForSignatures(JsonElement json) =>
        Text(json, "use") is null or "sig" or ForSvid
        && (!json.TryGetProperty("key_ops", out var uses)
            || (uses.ValueKind == JsonValueKind.Array && uses.EnumerateArray().Any(use => use.ValueKind == JsonValueKind.String && use.ValueEquals("verify"))));

    private static string? Text(JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new FormatException("A member of the key is not a text.");

    private static byte[] Bytes(JsonElement json, string name) =>
        Base64Url.DecodeFromChars(Text(json, name) ?? throw new FormatException("A member of the key is missing."));

    private static int BitsOf(ReadOnlySpan<byte> number)
    {
        var rest = number.TrimStart((byte)0);
        return rest.IsEmpty ? 0 : (8 * rest.Length) - byte.LeadingZeroCount(rest[0]);
    }

    /// <summary>Odd, more than 1, and not so long that a check becomes slow.</summary>
    private static bool IsSoundExponent(ReadOnlySpan<byte> exponent) =>
        BitsOf(exponent) is > 1 and <= 64 && (exponent[^1] & 1) == 1;
}
