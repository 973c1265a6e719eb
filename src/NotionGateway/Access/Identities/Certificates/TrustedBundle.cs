using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace NotionGateway.Access.Identities.Certificates;

/// <summary>
/// The authorities that vouch for callers, as their file was at one time. Those of the system vouch for nobody here. Another content is another
/// bundle, by which certificates of open connections are checked again.
/// </summary>
internal sealed class TrustedBundle(X509Certificate2Collection authorities)
{
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    /// <summary>An authority with the same name and another key counts too.</summary>
    private const X509ChainStatusFlags Unsigned =
        X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid;

    public int Count => authorities.Count;

    public static TrustedBundle Parse(byte[] pem)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(Encoding.UTF8.GetString(pem));
        return authorities.Count > 0 ? new TrustedBundle(authorities) : throw new CryptographicException("There is no certificate.");
    }

    /// <summary>Why the certificate proves nothing; null if it does, with the certificates between it and the authority.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="others">What was sent with it: certificates are never fetched from elsewhere.</param>
    /// <param name="now">The time.</param>
    /// <param name="between">The part of the others that is needed.</param>
    public string? WhyNot(X509Certificate2 certificate, X509Certificate2Collection others, DateTimeOffset now, out byte[][] between)
    {
        between = [];

        // A certificate without a list of purposes is for any purpose, so the chain alone would let one of a server in.
        if (!certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(usage => usage.EnhancedKeyUsages[ForClients] is not null))
        {
            return "it is not for clients: its extended key usage needs clientAuth";
        }

        if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority))
        {
            return "it is an authority's own";
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(others);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ForClients));
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        var holds = chain.Build(certificate);
        var elements = chain.ChainElements.Select(element => element.Certificate).ToList();
        between = holds ? [.. elements.Skip(1).SkipLast(1).Select(element => element.RawData)] : [];
        elements.ForEach(element => element.Dispose());
        return holds ? null : Explain(chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status));
    }

    private static string Explain(X509ChainStatusFlags found) =>
        found.HasFlag(X509ChainStatusFlags.NotTimeValid) ? "it has expired, or is not valid yet"
        : (found & Unsigned) != X509ChainStatusFlags.NoError
            ? "no trusted authority has signed it, or an intermediate certificate was not sent"
        : $"its chain is not valid ({found})";
}
