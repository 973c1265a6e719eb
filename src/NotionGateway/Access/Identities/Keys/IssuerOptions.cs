using NotionGateway.Settings;

namespace NotionGateway.Access.Identities.Keys;

/// <summary>How an issuer is found.</summary>
internal enum IssuerType
{
    /// <summary>By its address, or by a file with its keys.</summary>
    Oidc,

    /// <summary>The cluster that the gateway itself runs in.</summary>
    Kubernetes,
}

/// <summary>Section <c>Gateway:Access:Issuers:{name}</c>: who issues tokens that callers may present, and what must hold of such a token.</summary>
internal sealed record IssuerOptions
{
    public static readonly TimeSpan LongestSkew = TimeSpan.FromMinutes(5);

    private const string AnyType = "none, JWT or at+jwt";
    private const string AllAlgorithms = "all of RS, PS and ES with 256, 384 and 512 bits";

    public required string Name { get; init; }

    /// <summary><c>Issuers[]</c>: the exact values of <c>iss</c>; empty if tokens are found by <see cref="TrustDomain"/>.</summary>
    public required IReadOnlyList<string> Values { get; init; }

    /// <summary>SPIFFE: <c>sub</c> must begin with <c>spiffe://{TrustDomain}/</c>, and <c>iss</c> may be absent. None by default.</summary>
    public required string? TrustDomain { get; init; }

    /// <summary>A token must name one of them; at least one, and nothing switches this off.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>Where its keys come from.</summary>
    public required KeyPlace Place { get; init; }

    /// <summary>Signature algorithms, all asymmetric.</summary>
    public required IReadOnlyList<string> Algorithms { get; init; }

    /// <summary>Values of <c>typ</c>; null allows the usual ones and a token without.</summary>
    public required IReadOnlyList<string>? TokenTypes { get; init; }

    /// <summary>How far clocks may differ.</summary>
    public required TimeSpan ClockSkew { get; init; }

    /// <summary>The longest time between <c>iat</c> and <c>exp</c>: nobody can take back a token before it expires.</summary>
    public required TimeSpan MaxTokenLifetime { get; init; }

    /// <summary>All that a token is judged by, as one text: two versions of an issuer with the same text judge alike.</summary>
    public string Canonical => string.Join(
        '\n',
        Name, string.Join(' ', Values), TrustDomain, string.Join(' ', Audiences), Place.WithoutTimes(), string.Join(' ', Algorithms),
        string.Join(' ', TokenTypes ?? []), ClockSkew, MaxTokenLifetime);

    /// <summary>Whether the other is the same issuer: has the same name here, and is found by the same values in tokens.</summary>
    public bool IsNamedAs(IssuerOptions other) =>
        (Name, TrustDomain, Place.InCluster) == (other.Name, other.TrustDomain, other.Place.InCluster)
        && Values.SequenceEqual(other.Values, StringComparer.Ordinal);

    public static IssuerOptions Read(string name, SettingsSection section)
    {
        var type = section.Choice("Type", IssuerType.Oidc);
        var issuer = new IssuerOptions
        {
            Name = name,
            Values = section.List("Issuers") ?? [],
            TrustDomain = section.Text("TrustDomain"),
            Audiences = section.List("Audiences") ?? [],
            Algorithms = section.List("Algorithms", shown: AllAlgorithms) ?? SignatureAlgorithm.Names,
            TokenTypes = section.List("TokenTypes", shown: AnyType),
            ClockSkew = section.Duration("ClockSkew", TimeSpan.FromSeconds(30), TimeSpan.Zero, LongestSkew),
            MaxTokenLifetime = section.Duration("MaxTokenLifetime", TimeSpan.FromDays(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(365)),
            Place = KeyPlace.Read(section, inCluster: type == IssuerType.Kubernetes),
        };
        issuer.Check(section);
        section.RejectUnknown();
        return issuer with { Place = issuer.Place with { DiscoveredFrom = issuer.Place.NeedsDiscovery && issuer.Values is [var first, ..] ? first : null } };
    }

    private void Check(SettingsSection section)
    {
        if (Place.InCluster && (Values.Count > 0 || TrustDomain is not null))
        {
            section.Error(Values.Count > 0 ? "Issuers" : "TrustDomain", "does not apply to Kubernetes: the issuer is that of the gateway's own token");
        }
        else if (Values.Count == 0 && TrustDomain is null && !Place.InCluster)
        {
            section.Error("Issuers", "is required: write the exact value of iss in its tokens, or for SPIFFE set TrustDomain");
        }

        if (Audiences.Count == 0)
        {
            section.Error(
                "Audiences", "is required: write the audience that tokens for this gateway name; without it tokens for other services would be accepted");
        }

        if (Values.Any(value => !value.All(IsVisible)))
        {
            section.Error("Issuers", "contains a value with a space or a control character");
        }

        if (Place.NeedsDiscovery && !(Values.Count > 0 && KeyPlace.IsAddress(Values[0])))
        {
            section.Error("KeysUri", "is required, or KeysFile: keys are discovered only where the first of Issuers is an https address");
        }

        if (TrustDomain is not null && !IsTrustDomain(TrustDomain))
        {
            section.Error("TrustDomain", "write the name alone, in lower case, such as example.org: without spiffe:// and without a path");
        }

        if (Algorithms.Count == 0 || Algorithms.Except(SignatureAlgorithm.Names, StringComparer.Ordinal).Any())
        {
            section.Error("Algorithms", $"write one or more of {string.Join(", ", SignatureAlgorithm.Names)}; none and symmetric ones cannot prove an issuer");
        }

        if (TokenTypes is { Count: 0 })
        {
            section.Error("TokenTypes", "write at least one type, such as at+jwt, or remove the setting");
        }
    }

    private static bool IsVisible(char character) => character is > ' ' and < '\x7F';

    private static bool IsTrustDomain(string text) =>
        text.Length is > 0 and <= 255
        && text.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '.' or '-' or '_');
}
