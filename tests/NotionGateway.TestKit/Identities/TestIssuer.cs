using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace NotionGateway.TestKit.Identities;

/// <summary>One key pair of an issuer, and how it is published.</summary>
internal sealed record TestKey(string? Id, AsymmetricAlgorithm Pair)
{
    /// <summary>Members that are added to the published key or replace others; null takes one away.</summary>
    public (string Name, string? Value)[] Members { get; init; } = [];

    public JsonObject Published()
    {
        var json = new JsonObject { ["kid"] = Id };
        switch (Pair)
        {
            case RSA rsa:
                var numbers = rsa.ExportParameters(includePrivateParameters: false);
                (json["kty"], json["n"], json["e"]) = ("RSA", Base64Url.EncodeToString(numbers.Modulus), Base64Url.EncodeToString(numbers.Exponent));
                break;
            case ECDsa curve:
                var point = curve.ExportParameters(includePrivateParameters: false).Q;
                (json["kty"], json["crv"]) = ("EC", $"P-{curve.KeySize}");
                (json["x"], json["y"]) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
                break;
        }

        foreach (var (name, value) in Members)
        {
            json[name] = value;
        }

        foreach (var empty in json.Where(member => member.Value is null).Select(member => member.Key).ToList())
        {
            json.Remove(empty);
        }

        return json;
    }
}

/// <summary>An issuer of tokens, good or forged in every way that a test wants. Keys are made once: that is slow.</summary>
internal sealed class TestIssuer(TimeProvider time, string value = TestIssuer.Value)
{
    public const string Value = "https://issuer.example";
    public const string Audience = "notion-gateway";
    public const string Subject = "system:serviceaccount:crm:sync";

    public static readonly RSA Rsa = RSA.Create(2048);
    public static readonly RSA OtherRsa = RSA.Create(2048);
    public static readonly ECDsa P256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public static readonly ECDsa OtherP256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public static readonly ECDsa P384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    public static readonly ECDsa P521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);

    /// <summary>The keys that it publishes.</summary>
    public List<TestKey> Keys { get; } = [new("rsa", Rsa), new("p256", P256), new("p384", P384), new("p521", P521)];

    public string Document => new JsonObject { ["keys"] = new JsonArray([.. Keys.Select(key => (JsonNode)key.Published())]) }.ToJsonString();

    /// <summary>The claims of a token that is right in every way.</summary>
    public JsonObject Claims()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject { ["iss"] = value, ["aud"] = Audience, ["sub"] = Subject, ["iat"] = now, ["nbf"] = now, ["exp"] = now + 600 };
    }

    /// <summary>A token with these changes to a right one; a claim or header that is null is left out.</summary>
    public string Token(
        string algorithm = "RS256", string? keyId = "rsa", AsymmetricAlgorithm? key = null,
        (string Name, JsonNode? Value)[]? claims = null, (string Name, JsonNode? Value)[]? header = null)
    {
        var (head, body) = (new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = keyId }, Claims());
        Change(head, header);
        Change(body, claims);
        if (keyId is null)
        {
            head.Remove("kid");
        }

        return Sign(head.ToJsonString(), body.ToJsonString(), algorithm, key ?? KeyFor(algorithm));
    }

    /// <summary>A token of these exact texts, signed with the key.</summary>
    public static string Sign(string header, string claims, string algorithm, AsymmetricAlgorithm key)
    {
        var text = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{text}.{Base64Url.EncodeToString(Signature(Encoding.ASCII.GetBytes(text), algorithm, key))}";
    }

    /// <summary>A token with a secret in place of a key pair: what a confused verifier would accept.</summary>
    public string Symmetric(byte[] secret, string keyId = "rsa")
    {
        var header = new JsonObject { ["alg"] = "HS256", ["typ"] = "JWT", ["kid"] = keyId }.ToJsonString();
        var text = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Claims().ToJsonString()))}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(text)))}";
    }

    public static AsymmetricAlgorithm KeyFor(string algorithm) => algorithm switch
    {
        "ES256" => P256,
        "ES384" => P384,
        "ES512" => P521,
        _ => Rsa,
    };

    private static void Change(JsonObject json, (string Name, JsonNode? Value)[]? changes)
    {
        foreach (var (name, value) in changes ?? [])
        {
            json.Remove(name);
            if (value is not null)
            {
                json[name] = value;
            }
        }
    }

    private static byte[] Signature(byte[] text, string algorithm, AsymmetricAlgorithm key)
    {
        var hash = algorithm[2..] switch
        {
            "384" => HashAlgorithmName.SHA384,
            "512" => HashAlgorithmName.SHA512,
            _ => HashAlgorithmName.SHA256,
        };
        return key is ECDsa curve ? curve.SignData(text, hash)
            : ((RSA)key).SignData(text, hash, algorithm.StartsWith("PS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }
}
