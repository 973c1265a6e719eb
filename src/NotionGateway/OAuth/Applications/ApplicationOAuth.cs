using System.Text.Json.Nodes;
using NotionGateway.Access;
using NotionGateway.Credentials;
using NotionGateway.Forwarding.Upstream;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Applications;

/// <summary>
/// OAuth for applications that do it themselves: to them the gateway is Notion's token endpoint, and instead of tokens they
/// get gateway keys bound to the grant. The tokens stay here.
/// </summary>
internal sealed class ApplicationOAuth(
    NotionOAuthClient notion, GrantVault vault, Consents consents, IGrantStore store, BoundKeys keys, IGrantChanges changes,
    GrantCredentials credentials, CredentialRenewal renewal, ApplicationRevocation revocation, ApplicationLimit limit, UnderWay underWay,
    ForwardingOptions forwarding, TimeProvider time, ILogger<ApplicationOAuth> log)
{
    private const string InvalidRequest = "invalid_request";

    private static readonly Refusal StoreFails = new(RefusalReason.CredentialUnavailable, "The gateway's grant store is unavailable. Try again soon.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    private static readonly ApplicationResponse NotOurs =
        ApplicationResponse.Rejected(OAuthError.InvalidGrant, "This refresh token was not issued by the gateway for this app, or is no longer valid.");

    /// <summary>The address to send a person's browser to.</summary>
    public ApplicationResponse Authorize(OAuthAppOptions app, string? redirectUri, string? state) => Redirect(app, redirectUri) is { } target
        ? ApplicationResponse.Of(new JsonObject { ["url"] = notion.AuthorizeUrl(app, target, state).OriginalString }.ToJsonString())
        : WrongRedirect(app);

    public async Task<ApplicationResponse> RunAsync(
        string operation, OAuthAppOptions app, Caller caller, ApplicationRequest request, CancellationToken cancellationToken)
    {
        using var entered = limit.TryEnter(caller.Name, app.Name, out var refusal);
        if (refusal is not null)
        {
            return ApplicationResponse.Refused(refusal);
        }

        try
        {
            return operation switch
            {
                "oauth.token" when request.GrantType == "authorization_code" => await underWay.RunAsync(() => ExchangeAsync(app, caller, request)),
                "oauth.token" when request.GrantType == "refresh_token" => await RefreshAsync(app, caller, request, cancellationToken),
                "oauth.token" => ApplicationResponse.Rejected("unsupported_grant_type", "grant_type must be authorization_code or refresh_token."),
                "oauth.introspect" => await IntrospectAsync(app, caller, request, cancellationToken),
                _ => await RevokeAsync(app, caller, request, cancellationToken),
            };
        }
        catch (Exception exception) when (GrantFailure.Is(exception))
        {
            return ApplicationResponse.Refused(StoreFails with { Problem = exception.Message });
        }
    }

    private async Task<ApplicationResponse> ExchangeAsync(OAuthAppOptions app, Caller caller, ApplicationRequest request)
    {
        if (request.Code is not { } code)
        {
            return ApplicationResponse.Rejected(InvalidRequest, "code is required.");
        }

        if (Redirect(app, request.RedirectUri) is not { } redirectUri)
        {
            return WrongRedirect(app);
        }

        // From here on it must be completed: a code works once, even if the caller hangs up.
        var reply = await notion.ExchangeAsync(app, new UpstreamSecret(code, forwarding.Upstream), redirectUri, CancellationToken.None);
        if (reply.Value is not { } response)
        {
            return Failed(app, reply.Error, reply.Failure);
        }

        var name = CredentialName.OfGrant(app.Name, response.Profile.BotId.ToLowerInvariant());
        if (name is null || (await consents.ConnectAsync(name.Value, response)) is not { Grant: { } grant } outcome)
        {
            await notion.RevokePairAsync(app, response.AccessToken, response.RefreshToken, CancellationToken.None);
            return ApplicationResponse.Rejected("invalid_grant", "The consent cannot be stored under the name of its bot: another grant has that name.");
        }

        var issued = keys.Issue(grant.Id, caller.Name, response.RefreshToken is not null);
        await store.AddKeysAsync(issued.Stored, CancellationToken.None);
        changes.Changed(grant.Id, grant.Name);
        log.Exchanged(grant.Name, caller.Name, outcome.Reconnected ? "reconnected" : "connected");
        return ApplicationResponse.Of(response.Profile.ResponseWith(issued.Access, issued.Refresh));
    }

    /// <summary>Renews the application's keys. Notion's pair is renewed when Notion asks for it, and not before.</summary>
    private async Task<ApplicationResponse> RefreshAsync(OAuthAppOptions app, Caller caller, ApplicationRequest request, CancellationToken cancellationToken)
    {
        if (request.RefreshToken is not { } presented)
        {
            return ApplicationResponse.Rejected(InvalidRequest, "refresh_token is required.");
        }

        if (await FindAsync(app, caller, presented, cancellationToken) is not ({ Kind: BoundKeyKind.Refresh } old, { } grant))
        {
            return NotOurs;
        }

        if (grant.State == GrantState.Lost)
        {
            return ApplicationResponse.Rejected(OAuthError.InvalidGrant, $"Notion no longer accepts this grant: {GrantRemedy.For(grant)}.");
        }

        var issued = keys.Issue(grant.Id, caller.Name, withRefresh: true, old.Issue);
        return await store.ReplaceKeysAsync(old.Issue, time.GetUtcNow() + BoundKeys.Overlap, issued.Stored, cancellationToken)
            ? ApplicationResponse.Of(vault.ProfileOf(grant).ResponseWith(issued.Access, issued.Refresh))
            : NotOurs;
    }

    private async Task<ApplicationResponse> IntrospectAsync(OAuthAppOptions app, Caller caller, ApplicationRequest request, CancellationToken cancellationToken)
    {
        if (request.Token is not { } presented)
        {
            return ApplicationResponse.Rejected(InvalidRequest, "token is required.");
        }

        if (await FindAsync(app, caller, presented, cancellationToken) is not (not null, { State: GrantState.Active } grant))
        {
            return ApplicationResponse.Of(new JsonObject { ["active"] = false }.ToJsonString());
        }

        var reply = await notion.IntrospectAsync(app, vault.AccessSecretOf(grant), cancellationToken);
        if (reply.Value is { } said && said["active"]?.GetValueKind() != System.Text.Json.JsonValueKind.True
            && (await credentials.FindAsync(grant.Name, grant.Id, cancellationToken)).Credential is { State.Token: { } token } credential
            && await renewal.AfterUnauthorizedAsync(credential, token, cancellationToken) == RenewalOutcome.Changed
            && await store.FindByIdAsync(grant.Id, cancellationToken) is { } renewed)
        {
            // The token had ended; the grant has not, and that is what the application asks about.
            reply = await notion.IntrospectAsync(app, vault.AccessSecretOf(renewed), cancellationToken);
        }

        return reply.Value is { } response
            ? ApplicationResponse.Of(Only(response, "active", "scope", "iat", "request_id"))
            : Failed(app, reply.Error, reply.Failure);
    }

    private async Task<ApplicationResponse> RevokeAsync(OAuthAppOptions app, Caller caller, ApplicationRequest request, CancellationToken cancellationToken)
    {
        if (request.Token is not { } presented)
        {
            return ApplicationResponse.Rejected(InvalidRequest, "token is required.");
        }

        return await FindAsync(app, caller, presented, cancellationToken) is (not null, { } grant)
            && await revocation.RevokeAsync(app, caller, grant) is { } refusal
            ? ApplicationResponse.Refused(refusal)
            : ApplicationResponse.Of("{}");
    }

    /// <summary>The key's record and its grant, if the key still works, and is this caller's for this app.</summary>
    private async Task<(BoundKey? Key, Grant? Grant)> FindAsync(OAuthAppOptions app, Caller caller, string presented, CancellationToken cancellationToken)
    {
        if (presented.Length > KeyDigest.LongestKey
            || await store.FindKeyAsync(KeyDigest.Of(presented), cancellationToken) is not { } key
            || key.ExpiresAt <= time.GetUtcNow()
            || key.Caller != caller.Name)
        {
            return default;
        }

        return await store.FindByIdAsync(key.GrantId, cancellationToken) is { } grant && grant.App == app.Name ? (key, grant) : default;
    }

    /// <summary>Where people are sent back to: one of the configured addresses, whole, and no other.</summary>
    private static string? Redirect(OAuthAppOptions app, string? wanted) =>
        wanted is null ? (app.RedirectUris.Count == 1 ? app.RedirectUris[0] : null) : app.RedirectUris.Contains(wanted, StringComparer.Ordinal) ? wanted : null;

    private static ApplicationResponse WrongRedirect(OAuthAppOptions app) => ApplicationResponse.Rejected(
        InvalidRequest,
        $"redirect_uri must exactly match one that the operator has listed for the app '{app.Name}' "
        + $"(Gateway:OAuth:Apps:{app.Name}:RedirectUris).");

    private static ApplicationResponse Failed(OAuthAppOptions app, OAuthError? error, string? failure)
    {
        // How and where a secret is read is shown to operators only, not to applications.
        var problem = failure ?? $"Notion answered {error?.Status} {error?.Code}";
        return error switch
        {
            { IsInvalidClient: true } => No(new Refusal(
                RefusalReason.UpstreamUnauthorized,
                $"Notion rejects the client id or secret of the app '{app.Name}'. "
                + "The operator must fix it; your gateway key is valid.")),
            { IsNotNotions: true } => No(new Refusal(
                RefusalReason.UpstreamUnreachable,
                $"Something in front of Notion answered {error.Status}, not Notion itself. It is not known whether the request was applied.")),
            { Status: 429 } => No(new Refusal(RefusalReason.UpstreamOverloaded, "Notion is rate-limiting token requests.")
            {
                RetryAfter = TimeSpan.FromSeconds(10),
            }),
            { Status: >= 400 and < 500 } => ApplicationResponse.Of(error),
            { } => No(new Refusal(RefusalReason.UpstreamUnreachable, $"Notion answered {error.Status}. It is not known whether the request was applied.")),
            _ => No(new Refusal(
                RefusalReason.UpstreamUnreachable,
                "Notion returned no usable response. It is not known whether the request was applied; the operator's log has details.")),
        };

        ApplicationResponse No(Refusal refusal) => ApplicationResponse.Refused(refusal with { Problem = problem });
    }

    private static string Only(JsonObject response, params string[] names)
    {
        var kept = new JsonObject();
        foreach (var name in names)
        {
            if (response[name] is { } value)
            {
                kept[name] = value.DeepClone();
            }
        }

        return kept.ToJsonString();
    }
}
