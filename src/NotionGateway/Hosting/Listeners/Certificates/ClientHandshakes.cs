using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using NotionGateway.Access.Identities;
using NotionGateway.Access.Identities.Certificates;
using NotionGateway.Telemetry.Lines;

namespace NotionGateway.Hosting.Listeners.Certificates;

/// <summary>Handshakes in which callers present certificates. One that nobody of ours vouches for ends the connection: there is no request to answer.</summary>
internal sealed class ClientHandshakes(ClientCertificates certificates, IdentityMetrics metrics, TimeProvider time, ILogger<ClientHandshakes> log)
{
    private readonly AnonymousLogLimiter _limit = new(time);

    /// <summary>What to do before each handshake of this endpoint; null if it asks for no certificate.</summary>
    public Action<SslServerAuthenticationOptions>? For(HttpsConnectionAdapterOptions https)
    {
        if (https.ClientCertificateMode == ClientCertificateMode.NoCertificate)
        {
            return null;
        }

        https.ClientCertificateValidation = (certificate, chain, _) => Accept(certificate, chain?.ChainPolicy.ExtraStore ?? []);
        return Prepare;
    }

    private static void Prepare(SslServerAuthenticationOptions options)
    {
        // A resumed session would bring back what an earlier handshake proved.
        options.AllowTlsResume = false;

        // The server builds a chain too. It must neither ask the system's authorities nor fetch what a stranger's certificate names.
        options.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
    }

    private bool Accept(X509Certificate2 certificate, X509Certificate2Collection others)
    {
        if (certificates.Accept(certificate, others) is not { } problem)
        {
            return true;
        }

        metrics.Count("certificate", null, "refused");
        if (_limit.TryTake(out var leftOut))
        {
            log.CertificateRefused(problem, KeyDigest.OfStored(SHA256.HashData(certificate.RawData)).Short, leftOut);
        }

        return false;
    }
}

/// <summary>What happens in handshakes.</summary>
internal static partial class ClientHandshakesLog
{
    [LoggerMessage(
        9013,
        LogLevel.Warning,
        "A client certificate was refused, and its connection closed: {Problem}. SHA-256 fingerprint {Fingerprint}…, {LeftOut} similar messages suppressed.",
        EventName = "ClientCertificateRefused")]
    public static partial void CertificateRefused(this ILogger log, string problem, string fingerprint, int leftOut);
}
