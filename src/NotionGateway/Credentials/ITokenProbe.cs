using NotionGateway.Credentials.Sources;

namespace NotionGateway.Credentials;

/// <summary>What a call of <c>GET /v1/users/me</c> says of a token.</summary>
internal enum ProbeVerdict
{
    /// <summary>Notion knows it. Its 200 says so, and even its 403.</summary>
    Accepted,

    /// <summary>Notion answered 401: the token is dead.</summary>
    Rejected,

    /// <summary>Notion could not be asked, or what answered was not Notion, which says nothing about the token.</summary>
    Unknown,
}

/// <summary>The verdict, who the token is where Notion said so, and why nothing is known where nothing is.</summary>
internal sealed record ProbeResult(ProbeVerdict Verdict, NotionIdentity? Identity = null, string? Problem = null);

/// <summary>Tries a token on Notion. The stage that can send implements it; a probe takes a turn like any request.</summary>
internal interface ITokenProbe
{
    Task<ProbeResult> ProbeAsync(Credential credential, NotionToken token, CancellationToken cancellationToken);
}
