using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace NotionGateway.Hosting.Demo;

/// <summary>
/// The issuer of tokens in <c>--sandbox</c>, for a second demo caller that has no key. Its key pair is new with every start; the public half is in a
/// file, as a platform would leave it.
/// </summary>
internal static class DemoIssuer
{
    public const string Caller = "demo-service";

    private const string Name = "sandbox-issuer";
    private const string Value = "https://issuer.sandbox.example";
    private const string Audience = "notion-gateway";
    private const string Subject = "system:serviceaccount:demo:service";

    private static readonly TimeSpan Life = TimeSpan.FromHours(12);

    /// <summary>Adds issuer and caller to the configuration of the sandbox, and returns a token that acts as the caller for half a day.</summary>
    public static string Create(string credential, string folder, Dictionary<string, string?> settings, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var file = Path.Combine(folder, "issuer-keys.json");
        File.WriteAllText(file, Published(key));
        settings[$"Gateway:Access:Issuers:{Name}:Issuers:0"] = Value;
        settings[$"Gateway:Access:Issuers:{Name}:Audiences:0"] = Audience;
        settings[$"Gateway:Access:Issuers:{Name}:KeysFile"] = file;
        settings[$"Gateway:Access:Callers:{Caller}:Identities:sandbox:Issuer"] = Name;
        settings[$"Gateway:Access:Callers:{Caller}:Identities:sandbox:Subject"] = Subject;
        settings[$"Gateway:Access:Callers:{Caller}:Permissions:0"] = "read";
        settings[$"Gateway:Access:Callers:{Caller}:Credential"] = credential;
        return Sign(key, now);
    }

    private static string Published(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["alg"] = "ES256",
                ["kid"] = Name,
                ["x"] = Base64Url.EncodeToString(point.X),
                ["y"] = Base64Url.EncodeToString(point.Y),
            }),
        }.ToJsonString();
    }

    private static string Sign(ECDsa key, DateTimeOffset now)
    {
        var header = new JsonObject { ["alg"] = "ES256", ["typ"] = "JWT", ["kid"] = Name };
        var claims = new JsonObject
        {
            ["iss"] = Value,
            ["aud"] = Audience,
            ["sub"] = Subject,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Life).ToUnixTimeSeconds(),
        };
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
