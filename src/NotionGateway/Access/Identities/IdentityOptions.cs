using System.Text.Json;
using NotionGateway.Access.Identities.Certificates;
using NotionGateway.Settings;

namespace NotionGateway.Access.Identities;

/// <summary>
/// Section <c>…:Identities:{label}</c>: an identity of a platform that acts as the caller. It is the name in a certificate, or what must hold of a token.
/// </summary>
internal sealed record IdentityOptions
{
    public const string Setting = "Identities";

    public required string Label { get; init; }

    /// <summary>The issuer's name in the settings; null if that is an error, or it is a certificate.</summary>
    public required string? Issuer { get; init; }

    public required SubjectRule? Subject { get; init; }

    /// <summary>Whether the subject was written as a service account of a cluster.</summary>
    public bool IsServiceAccount { get; init; }

    public required IReadOnlyList<ClaimRule> Claims { get; init; }

    /// <summary>The name in a certificate, as <c>uri:…</c> or <c>dns:…</c>, in place of an issuer and all that belongs to its tokens.</summary>
    public string? Certificate { get; init; }

    /// <summary>What it asks for, as one text: two with the same text mean the same identities.</summary>
    public string Canonical => string.Join('\n', Claims.Select(claim => claim.ToString()).Order(StringComparer.Ordinal).Prepend($"{Issuer}\n{Subject}"));

    /// <summary>Whether it may look at everything and change nothing; of operators only.</summary>
    public bool IsViewer { get; init; }

    /// <summary>Those of a caller, or of operators: these have no certificates, and may be viewers.</summary>
    public static IReadOnlyList<IdentityOptions> ReadAll(SettingsSection section, bool ofOperators = false) =>
        [.. section.Named(Setting, "label").Select(identity => Read(identity.Name, identity.Section, ofOperators))];

    public bool Matches(string subject, JsonElement claims) => Subject?.Matches(subject) != false && Claims.All(claim => claim.Holds(claims));

    private static IdentityOptions Read(string label, SettingsSection section, bool ofOperator)
    {
        var (issuer, certificate) = (section.Text("Issuer"), ofOperator ? null : ReadCertificate(section));
        if (issuer is null && certificate is null)
        {
            section.Error("Issuer", $"is required: write the name of one of Gateway:Access:Issuers{(ofOperator ? "" : ", or set Certificate")}");
        }

        var (subject, account) = (ReadSubject(section), ReadServiceAccount(section));
        if (subject is not null && account is not null)
        {
            section.Error("ServiceAccount", "is the second subject: write either Subject or ServiceAccount");
        }

        var identity = new IdentityOptions
        {
            Label = label,
            Issuer = issuer,
            Subject = account ?? subject,
            IsServiceAccount = account is not null,
            Claims = ReadClaims(section),
            Certificate = certificate,
            IsViewer = ofOperator && section.Flag("Viewer", false),
        };
        if (certificate is not null)
        {
            if (issuer is not null || identity.Subject is not null || identity.Claims.Count > 0)
            {
                section.Error("Certificate", "stands alone: give a token's Issuer, Subject, ServiceAccount and Claims a label of their own");
            }
        }
        else if (identity.Subject is null && !identity.Claims.Any(claim => claim.Distinguishes))
        {
            section.Error(
                "Subject",
                identity.Claims.Count == 0
                    ? "is required, or ServiceAccount or Claims: without them every token of the issuer would be this caller"
                    : "is required: the Claims are ones that every token of the issuer has, so each would be this caller");
        }

        section.RejectUnknown();
        return identity;
    }

    private static string? ReadCertificate(SettingsSection section)
    {
        var name = section.Text("Certificate");
        if (name is not null && !CertificateNames.IsValid(name))
        {
            section.Error(
                "Certificate", "write the exact name, without *: uri:spiffe://corp.example/ns/crm/sa/sync or another URI, or dns:crm.internal in lower case");
        }

        return name;
    }

    private static SubjectRule? ReadSubject(SettingsSection section)
    {
        if (section.Text("Subject") is not { } text)
        {
            return null;
        }

        if (!SubjectRule.IsValid(text))
        {
            section.Error("Subject", "write the exact value of sub, or one * at its very end, directly after ':' or '/'");
        }

        return new SubjectRule(text);
    }

    /// <summary>A namespace and a name, as Kubernetes writes them in <c>sub</c>.</summary>
    private static SubjectRule? ReadServiceAccount(SettingsSection section)
    {
        if (section.Text("ServiceAccount") is not { } text)
        {
            return null;
        }

        if (text.Split('/') is not [var space, var name] || !IsKubernetesName(space) || !IsKubernetesName(name))
        {
            section.Error("ServiceAccount", "write namespace/name");
        }

        return new SubjectRule($"system:serviceaccount:{text.Replace('/', ':')}");
    }

    private static bool IsKubernetesName(string text) => text.Length is > 0 and <= 253 && text.All(character =>
        char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '.');

    private static List<ClaimRule> ReadClaims(SettingsSection section)
    {
        var claims = new List<ClaimRule>();
        foreach (var text in section.List("Claims") ?? [])
        {
            if (ClaimRule.Parse(text) is { } claim)
            {
                claims.Add(claim);
            }
            else
            {
                section.Error("Claims", "write name=value, or /name/name=value for a value inside of objects ('~1' for '/', '~0' for '~')");
            }
        }

        return claims;
    }
}
