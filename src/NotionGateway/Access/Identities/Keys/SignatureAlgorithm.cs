namespace NotionGateway.Access.Identities.Keys;

/// <summary>The signature algorithms of tokens (RFC 7518): asymmetric ones only, so that a public key can never serve as a secret.</summary>
internal static class SignatureAlgorithm
{
    public static readonly IReadOnlyList<string> Names = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    public static bool IsKnown(string name) => Names.Contains(name, StringComparer.Ordinal);

    public static bool IsElliptic(string name) => name.StartsWith("ES", StringComparison.Ordinal);

    /// <summary>The size of the curve that the algorithm uses; 0 for RSA.</summary>
    public static int CurveSize(string name) => name switch
    {
        "ES256" => 256,
        "ES384" => 384,
        "ES512" => 521,
        _ => 0,
    };
}
