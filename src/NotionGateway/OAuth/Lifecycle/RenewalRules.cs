using NotionGateway.Credentials.Sources;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>What to do about a grant whose token Notion rejects.</summary>
internal enum RenewalStep
{
    /// <summary>The store has something newer: use that.</summary>
    Adopt,

    /// <summary>Replace the pair only if Notion rejects the token for another operation too.</summary>
    TryToken,

    Refresh,
}

/// <summary>What Notion's response to a renewal means.</summary>
internal enum RenewalVerdict
{
    Take,

    /// <summary>The pair belongs to another bot: it must not be used for this grant.</summary>
    SetAside,

    /// <summary>The refresh token has been used: lost, unless another process stores what it got for it.</summary>
    LookAgain,

    /// <summary>Notion did not say that the grant is gone.</summary>
    TryLater,
}

/// <summary>Decides about the renewal of a grant; the store and Notion are asked elsewhere.</summary>
internal static class RenewalRules
{
    /// <summary>A token this young is tried before it is replaced: an operation that always returns 401 must not use up one pair after another.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(1);

    public static RenewalStep First(OpenGrant stored, NotionToken rejected, DateTimeOffset now) =>
        IsNewer(stored, rejected) ? RenewalStep.Adopt
        : stored.Refresh is null || now - stored.Grant.RefreshedAt < Young ? RenewalStep.TryToken
        : RenewalStep.Refresh;

    /// <summary>Whether the store knows more than that this token is in use: another token, or that the grant is lost.</summary>
    public static bool IsNewer(OpenGrant stored, NotionToken rejected) => stored.Grant.State == GrantState.Lost || !stored.Access.Equals(rejected);

    public static RenewalVerdict Of(in OAuthReply<TokenResponse> reply, Grant grant) => reply switch
    {
        { Value: { } response } => response.Profile.IsOf(grant.BotId) ? RenewalVerdict.Take : RenewalVerdict.SetAside,
        { Error.IsInvalidGrant: true } => RenewalVerdict.LookAgain,
        _ => RenewalVerdict.TryLater,
    };
}
