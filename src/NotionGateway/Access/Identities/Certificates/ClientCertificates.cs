using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace NotionGateway.Access.Identities.Certificates;

/// <summary>
/// Accepts callers' certificates at handshakes, and judges them again when the trusted authorities change: a connection that is open already must not
/// outlive the trust that let it in.
/// </summary>
internal sealed class ClientCertificates(TrustedAuthorities authorities, TimeProvider time)
{
    private const string Nobody = "no authority is trusted";

    /// <summary>
    /// How long before a certificate ends its connection is closed after a response, so that the caller connects with a renewed one. A connection is
    /// closed when it has been idle for less than this, so none is overlooked.
    /// </summary>
    private static readonly TimeSpan Ending = TimeSpan.FromMinutes(5);

    private readonly ConditionalWeakTable<X509Certificate2, ClientCertificate> _accepted = [];

    /// <summary>At a handshake: why the certificate is refused; null if it is accepted.</summary>
    public string? Accept(X509Certificate2 certificate, X509Certificate2Collection others)
    {
        if (authorities.Current is not { } trusted)
        {
            return Nobody;
        }

        var verdict = trusted.Judge(certificate, others, time.GetUtcNow());
        if (verdict.Problem is null)
        {
            _accepted.AddOrUpdate(certificate, new ClientCertificate(certificate, verdict));
        }

        return verdict.Problem;
    }

    /// <summary>What was accepted when the connection with this certificate began; null if nothing was.</summary>
    public ClientCertificate? Find(X509Certificate2? certificate) =>
        certificate is not null && _accepted.TryGetValue(certificate, out var accepted) ? accepted : null;

    /// <summary>Why it proves nothing any longer; null if it does.</summary>
    public string? WhyEnded(ClientCertificate certificate) =>
        authorities.Current is { } trusted ? certificate.WhyEnded(time.GetUtcNow(), trusted) : Nobody;

    /// <summary>The same, as far as is known without asking anywhere. Fast, and safe under a lock.</summary>
    public string? WhyKnownToHaveEnded(ClientCertificate certificate) => certificate.WhyEnded(time.GetUtcNow());

    /// <summary>Whether its connection should be closed after the next response.</summary>
    public bool IsEnding(ClientCertificate certificate) => time.GetUtcNow() >= certificate.NotAfter - Ending || WhyEnded(certificate) is not null;
}
