using NotionGateway.Credentials.Sources;

namespace NotionGateway.Credentials;

/// <summary>What to make of a 401 from Notion.</summary>
internal enum RenewalOutcome
{
    /// <summary>There is another token now: the request may be repeated with it.</summary>
    Changed,

    /// <summary>The token is dead; the credential is in quarantine.</summary>
    Dead,

    /// <summary>The token works otherwise: this response is final.</summary>
    Stands,

    /// <summary>Notion could not be asked whether the token works otherwise: this response is final.</summary>
    Unverified,

    /// <summary>The token has ended and there is no other at this moment; there may be one soon.</summary>
    Unavailable,
}

/// <summary>Supplies a credential's token.</summary>
internal interface ITokenSupplier
{
    /// <summary>Notion has refused this token: gets another, or finds out that there is none.</summary>
    Task<RenewalOutcome> RenewAsync(Credential credential, NotionToken used);
}
