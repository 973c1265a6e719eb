using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using NotionGateway.Settings;

namespace NotionGateway.Access.Identities.Keys;

/// <summary>
/// What Kubernetes gives a pod to talk to its API server: an address, an authority, and a token. The token goes to that address and nowhere else, so
/// none of it can be configured.
/// </summary>
internal sealed class PodAccount(IProcessEnvironment environment, string folder = PodAccount.Folder)
{
    public const string Folder = "/var/run/secrets/kubernetes.io/serviceaccount";

    private const string KeysPath = "/openid/v1/jwks";
    private const int LongestToken = 16 * 1024;

    public string CaFile => Path.Combine(folder, "ca.crt");

    /// <summary>Where the API server publishes the keys of service accounts; null outside of a cluster.</summary>
    public Uri? KeysAddress
    {
        get
        {
            var (host, port) = (environment.Get("KUBERNETES_SERVICE_HOST"), environment.Get("KUBERNETES_SERVICE_PORT"));
            return !string.IsNullOrEmpty(host) && Uri.CheckHostName(host.Trim('[', ']')) != UriHostNameType.Unknown
                ? new UriBuilder(Uri.UriSchemeHttps, host, int.TryParse(port, CultureInfo.InvariantCulture, out var number) ? number : 443, KeysPath).Uri
                : null;
        }
    }

    /// <summary>The pod's own token, read each time: the kubelet replaces it.</summary>
    public string ReadToken()
    {
        var text = File.ReadAllText(Path.Combine(folder, "token")).Trim();
        return text.Length <= LongestToken && text.All(char.IsAscii) ? text : throw new InvalidDataException("The pod's token is not one.");
    }

    /// <summary>Who issued the pod's own token, and so those of all pods of the cluster; null if it does not say.</summary>
    public static string? IssuerOf(string token)
    {
        if (token.Split('.') is not [_, var payload, _] || !Base64Url.IsValid(payload))
        {
            return null;
        }

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return claims.RootElement.ValueKind == JsonValueKind.Object
                && claims.RootElement.TryGetProperty("iss", out var issuer) && issuer.ValueKind == JsonValueKind.String
                    ? issuer.GetString()
                    : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
