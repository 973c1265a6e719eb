namespace NotionGateway.Credentials;

/// <summary>What a call of <c>GET /v1/users/me</c> says of a token.</summary>
internal enum ProbeVerdict
{
    /// <summary>Notion knows it. Anything but 401 says so, even a 403.</summary>
    Accepted,

    /// <summary>Notion answered 401: the token is dead.</summary>
    Rejected,

    /// <summary>Notion could not be asked, which says nothing about the token.</summary>
    Unknown,
}

/// <summary>The verdict, and who the token is where Notion said so.</summary>
internal sealed record ProbeResult(ProbeVerdict Verdict, NotionIdentity? Identity = null);

/// <summary>Tries a token on Notion. The stage that can send implements it; a probe takes a turn like any request.</summary>
internal interface ITokenProbe
{
    Task<ProbeResult> ProbeAsync(Credential credential, NotionToken token, CancellationToken cancellationToken);
}
