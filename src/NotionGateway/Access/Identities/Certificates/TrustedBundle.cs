using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace NotionGateway.Access.Identities.Certificates;

/// <summary>What a bundle of authorities says of a certificate.</summary>
/// <param name="By">The bundle.</param>
/// <param name="Problem">Why the certificate proves nothing; null if it does.</param>
internal sealed record ChainVerdict(TrustedBundle By, string? Problem)
{
    /// <summary>The certificates between it and the authority.</summary>
    public byte[][] Between { get; init; } = [];

    /// <summary>When the first certificate of the chain expires: the others cannot vouch for it longer.</summary>
    public DateTimeOffset End { get; init; } = DateTimeOffset.MaxValue;
}

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

    /// <summary>What the authorities say of the certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="others">What was sent with it: certificates are never fetched from elsewhere.</param>
    /// <param name="now">The time.</param>
    public ChainVerdict Judge(X509Certificate2 certificate, X509Certificate2Collection others, DateTimeOffset now)
    {
        // A certificate without a list of purposes is for any purpose, so the chain alone would let one of a server in.
        if (!certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(usage => usage.EnhancedKeyUsages[ForClients] is not null))
        {
            return new ChainVerdict(this, "it is not for clients: its extended key usage needs clientAuth");
        }

        if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority))
        {
            return new ChainVerdict(this, "it is an authority's own");
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
        var verdict = holds
            ? new ChainVerdict(this, null)
            {
                Between = [.. elements.Skip(1).SkipLast(1).Select(element => element.RawData)],
                End = elements.Min(element => new DateTimeOffset(element.NotAfter)),
            }
            : new ChainVerdict(this, Explain(chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status)));
        elements.ForEach(element => element.Dispose());
        return verdict;
    }

    private static string Explain(X509ChainStatusFlags found) =>
        found.HasFlag(X509ChainStatusFlags.NotTimeValid) ? "it has expired, or is not valid yet"
        : (found & Unsigned) != X509ChainStatusFlags.NoError
            ? "no trusted authority has signed it, or an intermediate certificate was not sent"
        : $"its chain is not valid ({found})";
}
