using NotionSandbox.Answers;
using NotionSandbox.Requests;

namespace NotionSandbox.OAuth;

/// <summary>
/// The endpoints that take no bearer token: a page for a browser, and three calls for an app that proves itself with its client id
/// and secret. They stand beside the endpoint table, because behind its rows there is always a connection.
/// </summary>
internal sealed class OAuthEndpoints(AuthorizationServer server)
{
    public const string Authorize = "/v1/oauth/authorize";
    public const string Token = "/v1/oauth/token";
    public const string Introspect = "/v1/oauth/introspect";
    public const string Revoke = "/v1/oauth/revoke";

    private readonly AuthorizeEndpoint _authorize = new(server);
    private readonly TokenEndpoints _tokens = new(server);

    public static bool AreMeant(Arrival arrival) => arrival.Target.Path.StartsWith("/v1/oauth/", StringComparison.Ordinal);

    /// <summary>Null when the request is for none of them.</summary>
    public Answer? Answer(Arrival arrival, RequestBody body) => (arrival.Method, arrival.Target.Path) switch
    {
        ("GET", Authorize) => _authorize.Ask(arrival.Target.Query),
        ("POST", Authorize) => _authorize.Decide(arrival.Http.Request.ContentType, body),
        ("POST", Token) => InDialect(arrival, body, _tokens.Token),
        ("POST", Introspect) => InDialect(arrival, body, _tokens.Introspect),
        ("POST", Revoke) => InDialect(arrival, body, _tokens.Revoke),
        _ => null,
    };

    private JsonAnswer InDialect(Arrival arrival, RequestBody body, Func<TokenCall, JsonAnswer> endpoint)
    {
        try
        {
            return endpoint(TokenCall.Read(server, arrival.Http.Request.Headers, body));
        }
        catch (Refusal refusal)
        {
            // Whatever is wrong with the JSON itself is, to OAuth, an invalid request.
            var code = refusal.Code == ErrorCode.InvalidJson || refusal.Code == ErrorCode.ValidationError ? OAuthErrors.InvalidRequest : refusal.Code;
            return OAuthErrors.Answer(code, refusal.Message, server.Behaviour.ErrorDialect);
        }
    }
}
