using NotionGateway.Access.Identities;
using NotionGateway.Access.Identities.Certificates;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.Access.Targets;
using NotionGateway.Notion;
using NotionGateway.Settings;

namespace NotionGateway.Access;

/// <summary>Section <c>Gateway:Access</c>: who may call, with which keys, and what they may do.</summary>
internal sealed record AccessOptions
{
    /// <summary>The callers; at least one, or the gateway does not start.</summary>
    public required IReadOnlyList<CallerOptions> Callers { get; init; }

    /// <summary>Who issues tokens that callers may present in place of a key; none by default.</summary>
    public required IReadOnlyList<IssuerOptions> Issuers { get; init; }

    /// <summary>The longest token that is looked at, in characters; 8192 by default.</summary>
    public required int MaxTokenLength { get; init; }

    /// <summary>Who vouches for certificates of callers; nobody by default.</summary>
    public required ClientCertificateOptions ClientCertificates { get; init; }

    /// <summary>What happens to credentials in the query string.</summary>
    public required QueryTokenOptions QueryTokens { get; init; }

    /// <summary>Operations that Notion has added since this version was made; none by default. Everything unlisted is denied.</summary>
    public required IReadOnlyList<NotionOperation> ExtraOperations { get; init; }

    public static AccessOptions Read(SettingsSection section)
    {
        var options = new AccessOptions
        {
            Callers = [.. section.Named("Callers", "name").Select(caller => CallerOptions.Read(caller.Name, caller.Section))],
            Issuers = [.. section.Named("Issuers", "name").Select(issuer => IssuerOptions.Read(issuer.Name, issuer.Section))],
            MaxTokenLength = (int)section.Whole("MaxTokenLength", 8192, 1024, SignatureCheck.AbsoluteLongest),
            ClientCertificates = ClientCertificateOptions.Read(section.Section("ClientCertificates")),
            QueryTokens = QueryTokenOptions.Read(section.Section("QueryTokens")),
            ExtraOperations = ExtraOperationRules.Read(section),
        };
        RejectSharedKeys(options.Callers, section);
        IdentityChecks.CheckIssuers(options.Issuers, section);
        var identities = options.Callers.SelectMany(caller => caller.Identities.Select(identity => (caller.Name, identity))).ToList();
        IdentityChecks.Check(options.Issuers, identities, "Callers", section);
        IdentityChecks.CheckCertificates(options.ClientCertificates, identities, section);
        section.RejectUnknown();
        return options;
    }

    /// <summary>One key must name one caller; otherwise the caller would be ambiguous.</summary>
    private static void RejectSharedKeys(IEnumerable<CallerOptions> callers, SettingsSection section)
    {
        var owners = new Dictionary<KeyDigest, string>();
        foreach (var (name, key) in callers.SelectMany(caller => caller.Keys.Select(key => (caller.Name, key))))
        {
            if (!owners.TryAdd(key, name))
            {
                section.Error(
                    $"Callers:{name}:KeyHashes",
                    owners[key] == name ? "contains the same hash twice" : $"has the same hash as caller '{owners[key]}': give each caller its own keys");
            }
        }
    }
}
