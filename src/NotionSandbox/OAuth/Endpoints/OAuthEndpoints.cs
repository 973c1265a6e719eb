using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Routing;

namespace NotionSandbox.OAuth.Endpoints;

/// <summary>
/// The endpoints that take no bearer token: a page for a browser, and three calls for an app that proves itself with its client id
/// and secret. They are not in the endpoint table, because each of its rows needs a connection.
/// </summary>
internal sealed class OAuthEndpoints(AuthorizationServer server)
{
    private readonly AuthorizeEndpoint _authorize = new(server);
    private readonly TokenEndpoints _tokens = new(server);

    public static bool AreMeant(Arrival arrival) => arrival.Target.Path.StartsWith("/v1/oauth/", StringComparison.Ordinal);

    /// <summary>Null when the request is for none of them.</summary>
    public SandboxResponse? Answer(Arrival arrival, RequestBody body) => (arrival.Method, arrival.Target.Path) switch
    {
        ("GET", OAuthPaths.Authorize) => _authorize.Ask(arrival.Target.Query),
        ("POST", OAuthPaths.Authorize) => _authorize.Decide(arrival.Http.Request.ContentType, body),
        ("POST", OAuthPaths.Token) => InDialect(arrival, body, _tokens.Token),
        ("POST", OAuthPaths.Introspect) => InDialect(arrival, body, _tokens.Introspect),
        ("POST", OAuthPaths.Revoke) => InDialect(arrival, body, _tokens.Revoke),
        _ => null,
    };

    private JsonResponse InDialect(Arrival arrival, RequestBody body, Func<TokenCall, JsonResponse> endpoint)
    {
        try
        {
            return endpoint(TokenCall.Read(server, arrival.Http.Request.Headers, body));
        }
        catch (Refusal refusal)
        {
            // For OAuth, every error in the JSON itself is an invalid request.
            var code = refusal.Code == ErrorCode.InvalidJson || refusal.Code == ErrorCode.ValidationError ? OAuthErrors.InvalidRequest : refusal.Code;
            return OAuthErrors.Answer(code, refusal.Message, server.Behaviour.ErrorDialect);
        }
    }
}
