using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using NotionGateway.Access;
using NotionGateway.Bodies;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Applications;

/// <summary>
/// <c>/v1/oauth/*</c> at the edge, before Access: these requests prove themselves by HTTP Basic and end here. What is not
/// for this stage goes on unchanged.
/// </summary>
internal sealed class ApplicationMiddleware(
    RequestDelegate next, Reloadable<AccessRules> rules, OAuthApps apps, ApplicationOAuth oauth, AccessMetrics metrics, BodiesOptions options, TimeProvider time)
{
    private const int LongestBody = 16 * 1024;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.GatewayRequest();
        return ApplicationOperations.At(request.Target) is { } operation ? RespondAsync(context, request, operation) : next(context);
    }

    private async Task RespondAsync(HttpContext context, GatewayRequest request, Notion.NotionOperation operation)
    {
        var response = Admit(context, request, operation, out var app) is { } refusal ? ApplicationResponse.Refused(refusal)
            : operation == ApplicationOperations.Authorize ? Authorize(request, app!)
            : await ReadAndRunAsync(context, request, operation, app!);
        if (response.Refusal is { } no)
        {
            await context.RefuseAsync(no);
            return;
        }

        context.Response.StatusCode = response.Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        var body = Encoding.UTF8.GetBytes(response.Json!);
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private Refusal? Admit(HttpContext context, GatewayRequest request, Notion.NotionOperation operation, out OAuthAppOptions? app)
    {
        app = null;
        var stranger = BasicCredentials.TryRead(context.Request.Headers.Authorization, out var presented);
        Caller? caller = null;
        stranger ??= rules.Current.Authenticate(KeyDigest.Of(presented.Key), out caller) is { } invalid ? invalid with { OAuthError = OAuthError.InvalidClient } : null;
        request.Caller = caller;
        var rejected = stranger is null && rules.Current.QueryTokens.Rejects(request.QueryTokens);
        metrics.QueryTokens(request.QueryTokens, caller, rejected);
        if (stranger is not null)
        {
            return stranger;
        }

        request.Operation = operation;
        if (context.TakeSeat(caller!.Name) is { } overShare)
        {
            return overShare;
        }

        if (rejected)
        {
            return AccessRules.RejectedQueryToken;
        }

        if (!caller.Permissions.MayUseApp(presented.App) || (app = apps.Find(presented.App)) is null)
        {
            return new Refusal(RefusalReason.NotPermitted, $"Caller '{caller.Name}' may not do OAuth for the app that client_id names, or there is none of that name. It needs the grant oauth:app.")
            {
                OAuthError = "unauthorized_client",
            };
        }

        return context.Request.Method == operation.Method
            ? null
            : new Refusal(RefusalReason.UnknownOperation, $"Use {operation}.");
    }

    private ApplicationResponse Authorize(GatewayRequest request, OAuthAppOptions app)
    {
        var question = request.Target.IndexOf('?', StringComparison.Ordinal);
        var query = QueryHelpers.ParseQuery(question < 0 ? "" : request.Target[question..]);
        return query.Values.Any(values => values.Count > 1)
            ? ApplicationResponse.Rejected("invalid_request", "Send each parameter once.")
            : oauth.Authorize(app, query.TryGetValue("redirect_uri", out var redirect) ? redirect.ToString() : null, query.TryGetValue("state", out var state) ? state.ToString() : null);
    }

    private async Task<ApplicationResponse> ReadAndRunAsync(HttpContext context, GatewayRequest request, Notion.NotionOperation operation, OAuthAppOptions app)
    {
        if (!(context.Request.ContentType ?? "").StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return ApplicationResponse.Refused(new Refusal(RefusalReason.UnsupportedMediaType, "Send JSON, as Notion's token endpoint wants it (Content-Type: application/json).") { OAuthError = "invalid_request" });
        }

        var (body, refusal) = await WholeBody.ReadAsync(context, LongestBody, options.BodyReadTimeout, time);
        if (refusal is not null)
        {
            return ApplicationResponse.Refused(refusal);
        }

        return ApplicationRequest.Parse(body.Span) is { } parsed
            ? await oauth.RunAsync(operation.Name, app, request.Caller!, parsed, context.RequestAborted)
            : ApplicationResponse.Rejected("invalid_request", "The body is not a JSON object.");
    }
}
