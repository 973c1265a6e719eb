namespace NotionGateway;

/// <summary>
/// Why the gateway itself denies a request. A closed set, and the one table that gives each reason its HTTP status and its
/// Notion error code; the reason's name is what the response header, metric, span and log line carry.
/// </summary>
internal sealed class RefusalReason
{
    public static readonly RefusalReason MalformedTarget = new("malformed_target", 400, "validation_error");
    public static readonly RefusalReason MalformedRequest = new("malformed_request", 400, "validation_error", closes: true);
    public static readonly RefusalReason QueryTokenRejected = new("query_token_rejected", 400, "validation_error");
    public static readonly RefusalReason VersionNotAllowed = new("version_not_allowed", 400, "validation_error");
    public static readonly RefusalReason InvalidRequest = new("invalid_request", 400, "validation_error");
    public static readonly RefusalReason OAuthRejected = new("oauth_rejected", 400, "validation_error");
    public static readonly RefusalReason UnknownOperation = new("unknown_operation", 400, "invalid_request_url");
    public static readonly RefusalReason MissingKey = new("missing_key", 401, "unauthorized");
    public static readonly RefusalReason InvalidKey = new("invalid_key", 401, "unauthorized");
    public static readonly RefusalReason CallerDisabled = new("caller_disabled", 401, "unauthorized", shownAs: InvalidKey);
    public static readonly RefusalReason NotionTokenPresented = new("notion_token_presented", 401, "unauthorized");
    public static readonly RefusalReason TokenMalformed = new("token_malformed", 401, "unauthorized", shownAs: InvalidKey);
    public static readonly RefusalReason TokenAlgorithm = new("token_algorithm", 401, "unauthorized", shownAs: InvalidKey);
    public static readonly RefusalReason TokenIssuer = new("token_issuer", 401, "unauthorized", shownAs: InvalidKey);
    public static readonly RefusalReason TokenKey = new("token_key", 401, "unauthorized", shownAs: InvalidKey);
    public static readonly RefusalReason TokenSignature = new("token_signature", 401, "unauthorized", shownAs: InvalidKey);
    public static readonly RefusalReason TokenType = new("token_type", 401, "unauthorized", shownAs: InvalidKey);
    public static readonly RefusalReason TokenAudience = new("token_audience", 401, "unauthorized", shownAs: InvalidKey);
    public static readonly RefusalReason TokenExpired = new("token_expired", 401, "unauthorized", shownAs: InvalidKey);
    public static readonly RefusalReason TokenNotYetValid = new("token_not_yet_valid", 401, "unauthorized", shownAs: InvalidKey);
    public static readonly RefusalReason IdentityUnknown = new("identity_unknown", 401, "unauthorized", shownAs: InvalidKey);
    public static readonly RefusalReason IdentityAmbiguous = new("identity_ambiguous", 401, "unauthorized", shownAs: InvalidKey);
    public static readonly RefusalReason IdentityConflict = new("identity_conflict", 401, "unauthorized", shownAs: InvalidKey);
    public static readonly RefusalReason NotPermitted = new("not_permitted", 403, "restricted_resource");
    public static readonly RefusalReason CredentialNotAllowed = new("credential_not_allowed", 403, "restricted_resource");
    public static readonly RefusalReason GrantNotFound = new("grant_not_found", 404, "object_not_found");
    public static readonly RefusalReason MethodNotAllowed = new("method_not_allowed", 405, "invalid_request");
    public static readonly RefusalReason NameTaken = new("name_taken", 409, "conflict_error");
    public static readonly RefusalReason BodyTooLarge = new("body_too_large", 413, "validation_error");
    public static readonly RefusalReason UnsupportedMediaType = new("unsupported_media_type", 415, "validation_error");
    public static readonly RefusalReason WaitTooLong = new("wait_too_long", 429, "rate_limited");
    public static readonly RefusalReason QueueFull = new("queue_full", 429, "rate_limited");
    public static readonly RefusalReason CoolingDown = new("cooling_down", 429, "rate_limited");
    public static readonly RefusalReason UpstreamOverloaded = new("upstream_overloaded", 429, "rate_limited");
    public static readonly RefusalReason InternalError = new("internal_error", 500, "internal_server_error", closes: true);
    public static readonly RefusalReason UpstreamUnreachable = new("upstream_unreachable", 502, "service_unavailable", repeatAfter: 5);
    public static readonly RefusalReason UpstreamTls = new("upstream_tls", 502, "service_unavailable");
    public static readonly RefusalReason UpstreamReset = new("upstream_reset", 502, "service_unavailable", repeatAfter: 2);
    public static readonly RefusalReason UpstreamLeakedToken = new("upstream_leaked_token", 502, "service_unavailable");
    public static readonly RefusalReason UpstreamUnauthorized = new("upstream_unauthorized", 502, "service_unavailable");
    public static readonly RefusalReason Interrupted = new("interrupted", 502, "service_unavailable", closes: true, repeatAfter: 1);
    public static readonly RefusalReason CredentialUnavailable = new("credential_unavailable", 503, "service_unavailable", repeatAfter: 5);
    public static readonly RefusalReason StoreUnavailable = new("store_unavailable", 503, "service_unavailable", repeatAfter: 5);
    public static readonly RefusalReason IssuerUnavailable = new("issuer_unavailable", 503, "service_unavailable", repeatAfter: 5);
    public static readonly RefusalReason Overloaded = new("overloaded", 503, "service_unavailable", repeatAfter: 1);
    public static readonly RefusalReason ShuttingDown = new("shutting_down", 503, "service_unavailable", closes: true, repeatAfter: 1);
    public static readonly RefusalReason UpstreamTimeout = new("upstream_timeout", 504, "service_unavailable");
    public static readonly RefusalReason NotCached = new("not_cached", 504, "service_unavailable");

    /// <summary>Every reason there is, in the order of the table above.</summary>
    public static readonly IReadOnlyList<RefusalReason> All =
    [
        MalformedTarget, MalformedRequest, QueryTokenRejected, VersionNotAllowed, InvalidRequest, OAuthRejected, UnknownOperation,
        MissingKey, InvalidKey, CallerDisabled, NotionTokenPresented,
        TokenMalformed, TokenAlgorithm, TokenIssuer, TokenKey, TokenSignature, TokenType, TokenAudience, TokenExpired, TokenNotYetValid,
        IdentityUnknown, IdentityAmbiguous, IdentityConflict, NotPermitted, CredentialNotAllowed,
        GrantNotFound, MethodNotAllowed, NameTaken, BodyTooLarge, UnsupportedMediaType, WaitTooLong, QueueFull, CoolingDown, UpstreamOverloaded, InternalError,
        UpstreamUnreachable, UpstreamTls, UpstreamReset, UpstreamLeakedToken, UpstreamUnauthorized, Interrupted,
        CredentialUnavailable, StoreUnavailable, IssuerUnavailable, Overloaded, ShuttingDown, UpstreamTimeout, NotCached,
    ];

    private RefusalReason(string name, int status, string code, bool closes = false, RefusalReason? shownAs = null, int repeatAfter = 0)
    {
        Name = name;
        Status = status;
        Code = code;
        ClosesConnection = closes;
        ShownAs = shownAs ?? this;
        RetryAfter = repeatAfter > 0 ? TimeSpan.FromSeconds(repeatAfter) : null;
    }

    public string Name { get; }

    public int Status { get; }

    /// <summary>
    /// The error code in Notion's vocabulary. Only codes that every SDK knows, the oldest too: an SDK hides the message of any other.
    /// </summary>
    public string Code { get; }

    /// <summary>The caller's connection cannot be trusted, or is not wanted, after this response.</summary>
    public bool ClosesConnection { get; }

    /// <summary>The reason shown to the caller: a disabled caller must not learn more than one with a wrong key.</summary>
    public RefusalReason ShownAs { get; }

    /// <summary>
    /// When to retry, unless the <see cref="Refusal"/> knows better; null for what needs someone's action,
    /// and for a timeout, since it is unknown when Notion will be faster.
    /// </summary>
    public TimeSpan? RetryAfter { get; }

    public override string ToString() => Name;
}
