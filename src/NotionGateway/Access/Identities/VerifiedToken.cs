using NotionGateway.Access.Identities.Keys;

namespace NotionGateway.Access.Identities;

/// <summary>What a token has proved. The token itself is not kept.</summary>
/// <param name="Owner">Whose identity it is: a caller's name.</param>
/// <param name="Identity">The binding that says so.</param>
/// <param name="Issuer">Who issued it.</param>
/// <param name="Key">The key that signed it.</param>
/// <param name="End">When it is accepted no longer, in seconds since 1970.</param>
/// <param name="Subject">Whom the issuer named.</param>
internal sealed record VerifiedToken(string Owner, IdentityOptions Identity, IssuerOptions Issuer, SigningKey Key, double End, string Subject)
{
    /// <summary>It was seen to have expired, which is final: a clock that is put back does not undo it.</summary>
    public bool HasExpired { get; set; }

    /// <summary>Whom it names, for people: bounded, and on one line.</summary>
    public string Name => $"{Issuer.Name}/{TokenDenial.Escape(Subject)}";

    public override string ToString() => $"{Issuer.Name}: {TokenDenial.Quote(Subject)}";
}
