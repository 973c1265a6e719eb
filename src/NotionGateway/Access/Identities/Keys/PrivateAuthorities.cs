using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NotionGateway.Access.Identities.Keys;

/// <summary>Certificate authorities from a PEM file that are trusted alone, in place of the system's.</summary>
internal static class PrivateAuthorities
{
    /// <summary>Why the file cannot be used; null if it can.</summary>
    public static string? Problem(string path)
    {
        try
        {
            return Load(path).Count > 0 ? null : "contains no certificate: write PEM, with BEGIN CERTIFICATE lines";
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return exception is CryptographicException ? "contains no readable certificate: write PEM" : "cannot be read";
        }
    }

    public static X509ChainPolicy Policy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    public static X509Certificate2Collection Load(string path)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(path);
        return certificates;
    }
}
