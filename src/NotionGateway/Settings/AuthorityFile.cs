using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NotionGateway.Settings;

/// <summary>A PEM file of certificate authorities that a setting names.</summary>
internal static class AuthorityFile
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

    public static X509Certificate2Collection Load(string path)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(path);
        return certificates;
    }
}
