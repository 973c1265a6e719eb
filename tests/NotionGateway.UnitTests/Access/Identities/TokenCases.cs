using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>Ways to attack with a token, by the numbers that the documentation of the tests uses, and what becomes of each.</summary>
internal static class TokenCases
{
    private const string Ok = "crm";

    private static readonly string RightHeader = """{"alg":"RS256","typ":"JWT","kid":"rsa"}""";

    public static IEnumerable<(string Name, Func<TestIssuer, string> Token, string Expected)> All =>
    [
        ("1 RS256", issuer => issuer.Token(), Ok),
        ("1 RS384", issuer => issuer.Token("RS384"), Ok),
        ("1 RS512", issuer => issuer.Token("RS512"), Ok),
        ("1 PS256", issuer => issuer.Token("PS256"), Ok),
        ("1 PS384", issuer => issuer.Token("PS384"), Ok),
        ("1 PS512", issuer => issuer.Token("PS512"), Ok),
        ("1 ES256", issuer => issuer.Token("ES256", "p256"), Ok),
        ("1 ES384", issuer => issuer.Token("ES384", "p384"), Ok),
        ("1 ES512", issuer => issuer.Token("ES512", "p521"), Ok),
        ("2 none", issuer => issuer.Token(header: [("alg", "none")]), "token_algorithm"),
        ("2 None", issuer => issuer.Token(header: [("alg", "None")]), "token_algorithm"),
        ("2 nOnE", issuer => issuer.Token(header: [("alg", "nOnE")]), "token_algorithm"),
        ("2 absent", issuer => issuer.Token(header: [("alg", null)]), "token_algorithm"),
        ("2 none, empty signature", issuer => WithoutSignature(issuer.Token(header: [("alg", "none")])), "invalid_key"),
        ("3 HS256 with the PEM", issuer => issuer.Symmetric(Encoding.ASCII.GetBytes(TestIssuer.Rsa.ExportSubjectPublicKeyInfoPem())), "token_algorithm"),
        ("3 HS256 with the DER", issuer => issuer.Symmetric(TestIssuer.Rsa.ExportSubjectPublicKeyInfo()), "token_algorithm"),
        ("3 HS256 with the JWK", issuer => issuer.Symmetric(Encoding.UTF8.GetBytes(new TestKey("rsa", TestIssuer.Rsa).Published().ToJsonString())),
            "token_algorithm"),
        ("5 RS256 that says ES256", issuer => issuer.Token(header: [("alg", "ES256")]), "token_algorithm"),
        ("5 RS256 that says PS256", issuer => issuer.Token(header: [("alg", "PS256")]), "token_signature"),
        ("7 kid with a path", issuer => issuer.Token(keyId: "../../etc/passwd"), "token_key"),
        ("7 kid with SQL", issuer => issuer.Token(keyId: "' OR 1=1"), "token_key"),
        ("7 kid of 4 KB", issuer => issuer.Token(keyId: new string('k', 4096)), "token_malformed"),
        ("7 kid with NUL", issuer => issuer.Token(keyId: "rsa\0"), "token_malformed"),
        ("7 kid that is a number", issuer => issuer.Token(header: [("kid", 7)]), "token_malformed"),
        ("7 kid that is null", issuer => Raw("""{"alg":"RS256","kid":null}""", issuer), "token_malformed"),
        ("8 no kid, one key fits", issuer => issuer.Token("ES256", keyId: null), Ok),
        ("10 jku", issuer => issuer.Token(key: TestIssuer.OtherRsa, header: [("jku", "https://evil.example/keys")]), "token_signature"),
        ("10 x5u", issuer => issuer.Token(key: TestIssuer.OtherRsa, header: [("x5u", "https://evil.example/certificate")]), "token_signature"),
        ("10 jwk", issuer => issuer.Token(key: TestIssuer.OtherRsa, header: [("jwk", new TestKey("rsa", TestIssuer.OtherRsa).Published())]), "token_signature"),
        ("10 jku beside the right key", issuer => issuer.Token(header: [("jku", "https://evil.example/keys")]), Ok),
        ("11 crit b64", issuer => issuer.Token(header: [("crit", new JsonArray("b64")), ("b64", false)]), "token_malformed"),
        ("11 b64 alone", issuer => issuer.Token(header: [("b64", false)]), "token_malformed"),
        ("11 unknown crit", issuer => issuer.Token(header: [("crit", new JsonArray("x"))]), "token_malformed"),
        ("12 two alg", issuer => Raw("""{"alg":"RS256","alg":"RS256","kid":"rsa"}""", issuer), "token_malformed"),
        ("12 two alg, one escaped", issuer => Raw("""{"alg":"RS256","\u0061lg":"RS256","kid":"rsa"}""", issuer), "token_malformed"),
        ("12 two aud", issuer => Raw(RightHeader, issuer, claims => claims.Replace("{\"iss", "{\"aud\":\"other\",\"iss")), "token_malformed"),
        ("12 two sub", issuer => Raw(RightHeader, issuer, claims => claims.Replace("{\"iss", "{\"sub\":\"other\",\"iss")), "token_malformed"),
        ("12 two names inside", issuer => Raw(RightHeader, issuer, claims => claims.Replace("{\"iss", "{\"x\":{\"a\":1,\"a\":2},\"iss")), "token_malformed"),
        ("13 JWE", issuer => issuer.Token() + ".AAAA.AAAA", "invalid_key"),
        ("13 zip", issuer => issuer.Token(header: [("zip", "DEF")]), "token_malformed"),
        ("14 nested", issuer => Raw(RightHeader, issuer, claims => claims.Replace("{\"iss", $"{{\"x\":{new string('[', 1000)}{new string(']', 1000)},\"iss")),
            "token_malformed"),
        ("14 only brackets", issuer => Raw(RightHeader, issuer, _ => new string('[', 4000)), "token_malformed"),
        ("14 longer than is allowed", issuer => issuer.Token(claims: [("x", new string('x', 9000))]), "token_malformed"),
        ("14 a million dots", _ => "eyJ" + new string('.', 1_000_000), "invalid_key"),
        ("15 padding", issuer => issuer.Token().Replace(".", "=."), "token_malformed"),
        ("15 the other alphabet", issuer => WithFirst(issuer.Token(), 20, '+'), "token_malformed"),
        ("15 white space", issuer => WithFirst(issuer.Token(), 20, ' '), "token_malformed"),
        ("15 bits that mean nothing", issuer => TrailingBit(issuer), "token_malformed"),
        ("15 a length that base64url never has", issuer => issuer.Token() + "AAA", "token_malformed"),
        ("15 invalid UTF-8", issuer => RawBytes([.. "{\"alg\":\"RS256\",\"x\":\""u8, 0xFF, .. "\"}"u8], issuer), "token_malformed"),
        ("16 JSON serialisation", issuer => $$"""{"payload":"{{issuer.Token().Split('.')[1]}}"}""", "invalid_key"),
        ("16 quotes", issuer => $"\"{issuer.Token()}\"", "invalid_key"),
        ("16 two tokens", issuer => $"{issuer.Token()}, {issuer.Token()}", "invalid_key"),
        ("17 iss absent", issuer => issuer.Token(claims: [("iss", null)]), "token_issuer"),
        ("17 iss other", issuer => issuer.Token(claims: [("iss", "https://other.example")]), "token_issuer"),
        ("17 iss with a slash", issuer => issuer.Token(claims: [("iss", TestIssuer.Value + "/")]), "token_issuer"),
        ("17 iss in upper case", issuer => issuer.Token(claims: [("iss", TestIssuer.Value.ToUpperInvariant())]), "token_issuer"),
        ("17 iss with a user", issuer => issuer.Token(claims: [("iss", TestIssuer.Value + "@evil.example")]), "token_issuer"),
        ("17 iss array", issuer => issuer.Token(claims: [("iss", new JsonArray(TestIssuer.Value))]), "token_issuer"),
        ("17 iss number", issuer => issuer.Token(claims: [("iss", 1)]), "token_issuer"),
        ("18 another's key", issuer => issuer.Token(key: TestIssuer.OtherRsa), "token_signature"),
        ("19 aud absent", issuer => issuer.Token(claims: [("aud", null)]), "token_audience"),
        ("19 aud empty array", issuer => issuer.Token(claims: [("aud", new JsonArray())]), "token_audience"),
        ("19 aud wrong", issuer => issuer.Token(claims: [("aud", "other")]), "token_audience"),
        ("19 aud prefix", issuer => issuer.Token(claims: [("aud", "notion-gatewa")]), "token_audience"),
        ("19 aud longer", issuer => issuer.Token(claims: [("aud", "notion-gateway-operator")]), "token_audience"),
        ("19 aud other case", issuer => issuer.Token(claims: [("aud", "Notion-Gateway")]), "token_audience"),
        ("19 aud with a slash", issuer => issuer.Token(claims: [("aud", "notion-gateway/")]), "token_audience"),
        ("19 aud array", issuer => issuer.Token(claims: [("aud", new JsonArray("other", TestIssuer.Audience))]), Ok),
        ("19 aud array with a number", issuer => issuer.Token(claims: [("aud", new JsonArray(TestIssuer.Audience, 1))]), "token_audience"),
        ("19 aud number", issuer => issuer.Token(claims: [("aud", 1)]), "token_audience"),
        ("22 exp 31 s ago", issuer => issuer.Token(claims: [("exp", Now(issuer) - 31)]), "token_expired"),
        ("22 exp 30 s ago", issuer => issuer.Token(claims: [("exp", Now(issuer) - 30)]), "token_expired"),
        ("22 exp 29 s ago", issuer => issuer.Token(claims: [("exp", Now(issuer) - 29), ("iat", Now(issuer) - 600), ("nbf", null)]), Ok),
        ("22 exp absent", issuer => issuer.Token(claims: [("exp", null)]), "token_malformed"),
        ("22 exp text", issuer => issuer.Token(claims: [("exp", (Now(issuer) + 600).ToString())]), "token_malformed"),
        ("22 exp 1e400", issuer => Raw(RightHeader, issuer, claims => claims.Replace($"{Now(issuer) + 600}", "1e400")), "token_malformed"),
        ("22 exp negative", issuer => issuer.Token(claims: [("exp", -1)]), "token_expired"),
        ("22 exp in milliseconds", issuer => issuer.Token(claims: [("exp", (Now(issuer) + 600) * 1000)]), "token_expired"),
        ("22 exp long ago and another audience", issuer => issuer.Token(claims: [("exp", 1), ("aud", "other")]), "token_audience"),
        ("23 nbf 31 s ahead", issuer => issuer.Token(claims: [("nbf", Now(issuer) + 31)]), "token_not_yet_valid"),
        ("23 nbf 29 s ahead", issuer => issuer.Token(claims: [("nbf", Now(issuer) + 29)]), Ok),
        ("23 nbf 30 s ahead", issuer => issuer.Token(claims: [("nbf", Now(issuer) + 30)]), Ok),
        ("23 nbf text", issuer => issuer.Token(claims: [("nbf", "1")]), "token_malformed"),
        ("23 iat 31 s ahead", issuer => issuer.Token(claims: [("iat", Now(issuer) + 31)]), "token_not_yet_valid"),
        ("23 iat 30 s ahead", issuer => issuer.Token(claims: [("iat", Now(issuer) + 30)]), Ok),
        ("23 iat text", issuer => issuer.Token(claims: [("iat", "1")]), "token_malformed"),
        ("24 a year", issuer => issuer.Token(claims: [("exp", Now(issuer) + 31_536_000)]), "token_expired"),
        ("24 a year, no iat", issuer => issuer.Token(claims: [("iat", null), ("exp", Now(issuer) + 31_536_000)]), "token_expired"),
        ("24 a day", issuer => issuer.Token(claims: [("exp", Now(issuer) + 86_400)]), Ok),
        ("24 since yesterday", issuer => issuer.Token(claims: [("iat", Now(issuer) - 86_400)]), "token_expired"),
        ("25 sub of another namespace", issuer => issuer.Token(claims: [("sub", "system:serviceaccount:other:sync")]), "identity_unknown"),
        ("25 sub that goes on", issuer => issuer.Token(claims: [("sub", TestIssuer.Subject + "-evil")]), "identity_unknown"),
        ("25 sub empty", issuer => issuer.Token(claims: [("sub", "")]), "token_malformed"),
        ("25 sub array", issuer => issuer.Token(claims: [("sub", new JsonArray(TestIssuer.Subject))]), "token_malformed"),
        ("25 sub of 5 KB", issuer => issuer.Token(claims: [("sub", new string('s', 5000))]), "token_malformed"),
        ("25 sub of 1025 characters", issuer => issuer.Token(claims: [("sub", new string('s', 1025))]), "token_malformed"),
        ("25 sub of 1024 characters", issuer => issuer.Token(claims: [("sub", new string('s', 1024))]), "identity_unknown"),
        ("25 sub with a new line", issuer => issuer.Token(claims: [("sub", TestIssuer.Subject + "\n")]), "token_malformed"),
        ("29 typ of something else", issuer => issuer.Token(header: [("typ", "logout+jwt")]), "token_type"),
        ("29 typ of something else and another audience", issuer => issuer.Token(header: [("typ", "logout+jwt")], claims: [("aud", "other")]), "token_type"),
        ("29 typ absent", issuer => issuer.Token(header: [("typ", null)]), Ok),
        ("29 typ at+jwt", issuer => issuer.Token(header: [("typ", "application/at+JWT")]), Ok),
        ("50 payload that is no object", issuer => Raw(RightHeader, issuer, _ => "[]"), "token_malformed"),
    ];

    public static string Raw(string header, TestIssuer issuer, Func<string, string>? claims = null) =>
        TestIssuer.Sign(header, (claims ?? (same => same))(issuer.Claims().ToJsonString()), "RS256", TestIssuer.Rsa);

    private static string RawBytes(byte[] header, TestIssuer issuer)
    {
        var parts = issuer.Token().Split('.');
        return $"{Base64Url.EncodeToString(header)}.{parts[1]}.{parts[2]}";
    }

    /// <summary>The same bytes once decoded, but another text: the last character has bits that nobody reads.</summary>
    private static string TrailingBit(TestIssuer issuer)
    {
        const string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var token = issuer.Token();
        var changed = token[..^1] + digits[digits.IndexOf(token[^1]) ^ 1];

        // A signature of 256 bytes leaves four bits of the last character unused.
        return token.Split('.')[2].Length % 4 == 2 ? changed : throw new InvalidOperationException("The signature has another length.");
    }

    private static string WithoutSignature(string token) => token[..(token.LastIndexOf('.') + 1)];

    private static string WithFirst(string token, int at, char character) => $"{token[..at]}{character}{token[(at + 1)..]}";

    private static long Now(TestIssuer issuer) => issuer.Claims()["iat"]!.GetValue<long>();
}
