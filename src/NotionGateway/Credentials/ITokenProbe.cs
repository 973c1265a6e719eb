using NotionGateway.Credentials.Sources;

namespace NotionGateway.Credentials;

/// <summary>What a call of <c>GET /v1/users/me</c> says of a token.</summary>
internal enum ProbeVerdict
{
    /// <summary>Notion knows it. Its 200 says so, and even its 403.</summary>
    Accepted,

    /// <summary>Notion returned 401: the token is invalid.</summary>
    Rejected,

    /// <summary>Notion could not be reached, or the response was not Notion's, which says nothing about the token.</summary>
    Unknown,
}

/// <summary>The verdict, the token's identity if Notion gave it, and why there is no verdict if there is none.</summary>
internal sealed record ProbeResult(ProbeVerdict Verdict, NotionIdentity? Identity = null, string? Problem = null);

/// <summary>Tries a token on Notion. The stage that can send implements it; a probe takes a permit like any request.</summary>
internal interface ITokenProbe
{
    Task<ProbeResult> ProbeAsync(Credential credential, NotionToken token, CancellationToken cancellationToken);
}
