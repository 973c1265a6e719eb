using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using NotionGateway.Access;
using NotionGateway.Access.Identities.Certificates;
using NotionGateway.Access.Targets;
using NotionGateway.Bodies;
using NotionGateway.Notion;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Applications;

/// <summary>
/// <c>/v1/oauth/*</c> at the edge, before Access: these requests authenticate with HTTP Basic and end here. Other requests
/// continue unchanged.
/// </summary>
internal sealed class ApplicationMiddleware(
    RequestDelegate next, Reloadable<AccessRules> rules, OAuthApps apps, ApplicationOAuth oauth, AccessMetrics metrics,
    Authenticators authenticators, ClientCertificates certificates, BodiesOptions options, TimeProvider time)
{
    private const int LongestBody = 16 * 1024;

    public Task InvokeAsync(HttpContext context) =>
        ApplicationOperations.At(context.TargetReading().Target.Path) is { } operation ? RespondAsync(context, operation) : next(context);

    private async Task RespondAsync(HttpContext context, NotionOperation operation)
    {
        var response = await DecideAsync(context, operation);
        if (response.Refusal is { } no)
        {
            await context.RefuseAsync(no);
            return;
        }

        await context.RespondAsync(response.Status, GatewayResponse.Json, Encoding.UTF8.GetBytes(response.Json!));
    }

    private async Task<ApplicationResponse> DecideAsync(HttpContext context, NotionOperation operation)
    {
        var (current, reading) = (rules.Current, context.TargetReading());
        var who = await AuthenticateAsync(context, current, out var appName);
        var call = new ApplicationCall(context, operation, appName, apps);
        context.GatewayRequest().IsKnown = who.Caller is not null;
        var decision = AccessOrder.Judge(current, reading, who, metrics, call);
        context.Publish(decision, who.Key);
        if (decision.Refusal is { } refusal)
        {
            return ApplicationResponse.Refused(refusal);
        }

        return apps.Find(appName) is not { } app || decision.Caller is null ? ApplicationResponse.Refused(NoApp(decision.Caller))
            : operation == ApplicationOperations.Authorize ? Authorize(reading.Target, app)
            : await ReadAndRunAsync(context, operation, app, call);
    }

    /// <summary>Authenticates with HTTP Basic; the keys and tokens are those of callers.</summary>
    private ValueTask<Authentication> AuthenticateAsync(HttpContext context, AccessRules current, out string app)
    {
        app = "";
        if (BasicCredentials.TryRead(context.Request.Headers.Authorization, out var presented) is { } stranger)
        {
            return InOAuthsWordsAsync(ValueTask.FromResult(Authentication.Denied(stranger)));
        }

        app = presented.App;
        var beside = new Proof(null, context.Connection.RemoteIpAddress, context.PresentedCertificate(current, certificates));
        return InOAuthsWordsAsync(authenticators.AuthenticateSecretAsync(current, presented.Key, beside, context.RequestAborted));
    }

    private static async ValueTask<Authentication> InOAuthsWordsAsync(ValueTask<Authentication> asked)
    {
        var who = await asked;
        return who.Refusal is { Reason.Status: StatusCodes.Status401Unauthorized } invalid
            ? who with { Refusal = invalid with { OAuthError = OAuthError.InvalidClient } }
            : who;
    }

    private static Refusal NoApp(Caller? caller) => new(
        RefusalReason.NotPermitted,
        $"Caller '{caller}' is not permitted to use OAuth for the app named in client_id, or no such app exists. "
        + "It needs the permission oauth:app.")
    {
        OAuthError = "unauthorized_client",
    };

    private ApplicationResponse Authorize(RequestTarget target, OAuthAppOptions app)
    {
        var query = QueryHelpers.ParseQuery(target.Query.ToString());
        return query.Values.Any(values => values.Count > 1)
            ? ApplicationResponse.Rejected("invalid_request", "Send each parameter once.")
            : oauth.Authorize(
                app,
                query.TryGetValue("redirect_uri", out var redirect) ? redirect.ToString() : null,
                query.TryGetValue("state", out var state) ? state.ToString() : null);
    }

    private async Task<ApplicationResponse> ReadAndRunAsync(HttpContext context, NotionOperation operation, OAuthAppOptions app, ApplicationCall call)
    {
        if (!(context.Request.ContentType ?? "").StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return ApplicationResponse.Refused(new Refusal(
                RefusalReason.UnsupportedMediaType, "Send JSON, as Notion's token endpoint requires (Content-Type: application/json).")
            {
                OAuthError = "invalid_request",
            });
        }

        var (body, refusal) = await WholeBody.ReadAsync(context.CallerBody(), LongestBody, options.BodyReadTimeout, time, context.RequestAborted);
        if (refusal is not null)
        {
            return ApplicationResponse.Refused(refusal);
        }

        // While the body came, the caller may have lost its key or its permission.
        var again = await AuthenticateAsync(context, rules.Current, out _);
        if (again.Refusal is not null || again.Caller is not { } still)
        {
            return ApplicationResponse.Refused(again.Refusal ?? NoApp(again.Caller));
        }

        if (call.Authorize(still).Refusal is { } lost)
        {
            return ApplicationResponse.Refused(lost);
        }

        return ApplicationRequest.Parse(body.Span) is { } parsed
            ? await oauth.RunAsync(operation.Name, app, still, parsed, context.RequestAborted)
            : ApplicationResponse.Rejected("invalid_request", "The body is not a JSON object.");
    }

    /// <summary>A request of an application that does OAuth itself: its operation is known by its path, and no credential is used.</summary>
    private readonly struct ApplicationCall(HttpContext context, NotionOperation operation, string app, OAuthApps apps) : IAsked
    {
        public NotionOperation? Operation => operation;

        public Refusal? TakeSeat(Caller caller) => context.TakeSeat(caller.Name);

        public AccessDecision Authorize(Caller caller) => new(Refuse(caller), caller, operation);

        private Refusal? Refuse(Caller caller) =>
            !caller.Permissions.MayUseApp(app) || apps.Find(app) is null ? NoApp(caller)
            : context.Request.Method != operation.Method ? new Refusal(RefusalReason.UnknownOperation, $"Use {operation}.")
            : null;
    }
}
