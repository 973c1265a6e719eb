using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NotionGateway.Access.Identities.Certificates;

/// <summary>
/// A certificate that was accepted at a handshake, for as long as its connection lasts. Its bytes are kept, not the object: that one ends with the
/// connection, which a request may outlive.
/// </summary>
internal sealed class ClientCertificate(X509Certificate2 certificate, ChainVerdict verdict)
{
    private readonly byte[] _bytes = certificate.RawData;
    private readonly byte[][] _between = verdict.Between;
    private volatile ChainVerdict _last = verdict;

    /// <summary>Whom it names, as the settings write it.</summary>
    public IReadOnlyList<string> Names { get; } = CertificateNames.Read(certificate);

    /// <summary>When it, or a certificate that vouches for it, expires.</summary>
    public DateTimeOffset NotAfter => _last.End;

    /// <summary>Its fingerprint.</summary>
    public KeyDigest Digest { get; } = KeyDigest.OfStored(SHA256.HashData(certificate.RawData));

    /// <summary>Why it proves nothing any longer, as far as is known; null if it does. Fast, and safe under a lock.</summary>
    public string? WhyEnded(DateTimeOffset now) => now >= NotAfter ? "it has expired" : _last.Problem;

    /// <summary>The same, by these authorities: once for each bundle the chain is built anew.</summary>
    public string? WhyEnded(DateTimeOffset now, TrustedBundle trusted)
    {
        if (!ReferenceEquals(_last.By, trusted))
        {
            using var leaf = X509CertificateLoader.LoadCertificate(_bytes);
            var others = new X509Certificate2Collection(Array.ConvertAll(_between, X509CertificateLoader.LoadCertificate));
            _last = trusted.Judge(leaf, others, now);
            foreach (var other in others)
            {
                other.Dispose();
            }
        }

        return WhyEnded(now);
    }

    public override string ToString() => Digest.Short;
}
