using System.Text.Json;
using NotionGateway.Settings;

namespace NotionGateway.Access.Identities;

/// <summary>
/// Section <c>…:Identities:{label}</c>: an identity of a platform that acts as the caller. All that it names must hold of a token.
/// </summary>
internal sealed record IdentityOptions
{
    public const string Setting = "Identities";

    public required string Label { get; init; }

    /// <summary>The issuer's name in the settings; null only if that is an error.</summary>
    public required string? Issuer { get; init; }

    public required SubjectRule? Subject { get; init; }

    public required IReadOnlyList<ClaimRule> Claims { get; init; }

    /// <summary>What it asks for, as one text: two with the same text mean the same identities.</summary>
    public string Canonical => string.Join('\n', Claims.Select(claim => claim.ToString()).Order(StringComparer.Ordinal).Prepend($"{Issuer}\n{Subject}"));

    public static IReadOnlyList<IdentityOptions> ReadAll(SettingsSection section) =>
        [.. section.Named(Setting, "label").Select(identity => Read(identity.Name, identity.Section))];

    public bool Matches(string subject, JsonElement claims) => Subject?.Matches(subject) != false && Claims.All(claim => claim.Holds(claims));

    private static IdentityOptions Read(string label, SettingsSection section)
    {
        var issuer = section.Text("Issuer");
        if (issuer is null)
        {
            section.Error("Issuer", "is required: write the name of one of Gateway:Access:Issuers");
        }

        var identity = new IdentityOptions { Label = label, Issuer = issuer, Subject = ReadSubject(section), Claims = ReadClaims(section) };
        if (identity.Subject is null && !identity.Claims.Any(claim => claim.Distinguishes))
        {
            section.Error(
                "Subject",
                identity.Claims.Count == 0
                    ? "is required, or Claims: without them every token of the issuer would be this caller"
                    : "is required: the Claims are ones that every token of the issuer has, so each would be this caller");
        }

        section.RejectUnknown();
        return identity;
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
