using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NotionGateway.Settings;

namespace NotionGateway.Forwarding.Upstream;

/// <summary>Trusts certificate authorities from a file beside the system's own, for networks that inspect TLS.</summary>
internal static class ExtraCertificates
{
    /// <summary>What a certificate must be issued for: the check that we take over here would have asked that too.</summary>
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>A check that accepts what the system accepts, and chains that end in one of these authorities. Names must match in any case.</summary>
    public static RemoteCertificateValidationCallback Trusting(string path)
    {
        var authorities = AuthorityFile.Load(path);
        return (_, certificate, presented, errors) =>
        {
            if (errors == SslPolicyErrors.None)
            {
                return true;
            }

            if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf)
            {
                return false;
            }

            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
            foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            {
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            }

            return chain.Build(leaf);
        };
    }
}
