using NotionGateway.Access.Identities.Certificates;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.Settings;

namespace NotionGateway.Access.Identities;

/// <summary>What must hold of all issuers and identities together: each token must mean one issuer and one caller at most.</summary>
internal static class IdentityChecks
{
    public static void Check(
        IReadOnlyList<IssuerOptions> issuers, IReadOnlyList<(string Owner, IdentityOptions Identity)> identities, string owners, SettingsSection section)
    {
        foreach (var (owner, identity) in identities.Where(bound => bound.Identity.Issuer is { } name && !issuers.Any(issuer => issuer.Name == name)))
        {
            var known = issuers.Count == 0 ? "none is configured" : string.Join(", ", issuers.Select(issuer => issuer.Name));
            section.Error(PathOf(owners, owner, identity, "Issuer"), $"is not among Gateway:Access:Issuers: {known}");
        }

        foreach (var (owner, identity) in identities.Where(bound => bound.Identity.IsServiceAccount
            && issuers.Any(issuer => issuer.Name == bound.Identity.Issuer && !issuer.Place.InCluster)))
        {
            section.Error(PathOf(owners, owner, identity, "ServiceAccount"), "needs an issuer of Type Kubernetes; for another one write Subject");
        }

        var tokens = identities.Where(bound => bound.Identity.Certificate is null).ToList();
        foreach (var (at, (owner, identity)) in tokens.Index())
        {
            foreach (var (other, its) in tokens.Where(bound => bound.Owner != owner && bound.Identity.Issuer == identity.Issuer))
            {
                if (identity.Subject is { } subject && its.Subject?.Covers(subject) == true)
                {
                    section.Error(
                        PathOf(owners, owner, identity, "Subject"),
                        $"is also meant by '{its.Subject}' of '{other}', so its tokens would be denied: give each subject to one of them");
                }
            }

            if (tokens.Take(at).FirstOrDefault(bound => bound.Owner != owner && bound.Identity.Canonical == identity.Canonical) is { Owner: { } first })
            {
                section.Error(PathOf(owners, owner, identity, "Subject"), $"is bound to '{first}' too, so its tokens would be denied: bind it to one of them");
            }
        }
    }

    /// <summary>A certificate needs somebody who vouches for it, and means one caller.</summary>
    public static void CheckCertificates(
        ClientCertificateOptions options, IReadOnlyList<(string Owner, IdentityOptions Identity)> identities, SettingsSection section)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (owner, identity) in identities)
        {
            if (identity.Certificate is not { } name)
            {
                continue;
            }

            if (options.TrustedCaFile is null)
            {
                section.Error(
                    PathOf("Callers", owner, identity, "Certificate"),
                    "needs Gateway:Access:ClientCertificates:TrustedCaFile, the authorities that vouch for certificates");
            }

            if (!owners.TryAdd(name, owner) && owners[name] != owner)
            {
                section.Error(
                    PathOf("Callers", owner, identity, "Certificate"), $"is bound to '{owners[name]}' too: bind it to one of them");
            }
        }
    }

    /// <summary>A value that two issuers claim would let one of them speak for the other.</summary>
    public static void CheckIssuers(IReadOnlyList<IssuerOptions> issuers, SettingsSection section)
    {
        foreach (var second in issuers.Where(issuer => issuer.Place.InCluster).Skip(1))
        {
            section.Error($"Issuers:{second.Name}:Type", "is Kubernetes for the second time: the gateway runs in one cluster");
        }

        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var issuer in issuers)
        {
            foreach (var value in issuer.Values)
            {
                if (!owners.TryAdd(value, issuer.Name))
                {
                    section.Error(
                        $"Issuers:{issuer.Name}:Issuers",
                        owners[value] == issuer.Name
                            ? "contains the same value twice"
                            : $"contains a value of issuer '{owners[value]}': each belongs to one issuer");
                }
            }

            if (issuer.TrustDomain is { } domain && !owners.TryAdd($"spiffe://{domain}/", issuer.Name))
            {
                section.Error($"Issuers:{issuer.Name}:TrustDomain", "is the trust domain of another issuer: each belongs to one issuer");
            }
        }
    }

    private static string PathOf(string owners, string owner, IdentityOptions identity, string key) =>
        $"{(owners.Length == 0 ? "" : $"{owners}:{owner}:")}{IdentityOptions.Setting}:{identity.Label}:{key}";
}
