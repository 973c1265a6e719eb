using NotionGateway.Operator.Status;
using NotionGateway.Settings;
using NotionGateway.Webhooks;

namespace NotionGateway.Operator;

/// <summary>What the operator listener serves. Callers are authenticated before they reach it; requests are checked here and executed elsewhere.</summary>
internal static class OperatorEndpoints
{
    private const string Grant = $"{OperatorPaths.Grants}/{{app:{GrantNameConstraint.Name}}}/{{name:{GrantNameConstraint.Name}}}";

    private static readonly Refusal NoGrants = new(
        RefusalReason.InvalidRequest, "This gateway has no OAuth grants: no app is configured under Gateway:OAuth:Apps.");

    public static void MapStatus(this IEndpointRouteBuilder routes) =>
        routes.MapGet(OperatorPaths.Status, (StatusReport status) => OperatorResponse.Done("shown", status.Report(), StatusSnapshot.Json))
            .WithMetadata(new OperatorAction("status") { IsReading = true, IsQuiet = true });

    public static void MapWebhooks(this IEndpointRouteBuilder routes) =>
        routes.MapPost($"{OperatorPaths.Webhooks}/{{webhook:{GrantNameConstraint.Name}}}/token", ShowToken).WithMetadata(new OperatorAction("webhook_token"));

    /// <summary>Instead of the grants, where there can be none.</summary>
    public static void MapNoGrants(this IEndpointRouteBuilder routes)
    {
        foreach (var path in new[] { OperatorPaths.Links, OperatorPaths.Grants })
        {
            routes.Map($"{path}/{{**rest}}", () => OperatorResponse.No(NoGrants))
                .WithMetadata(new OperatorAction("no_grants") { IsReading = true, TakesBody = true, TakesQuery = true });
        }
    }

    public static void MapGrants(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(OperatorPaths.Links, CreateLinkAsync).WithMetadata(new OperatorAction("create_link") { TakesBody = true });
        routes.MapGet(OperatorPaths.Grants, ListAsync).WithMetadata(new OperatorAction("list_grants") { IsReading = true, TakesQuery = true });

        var grant = routes.MapGroup(Grant);
        grant.MapGet("", ShowAsync).WithMetadata(new OperatorAction("show_grant") { IsReading = true });
        grant.MapDelete("", DeleteAsync).WithMetadata(new OperatorAction("delete_grant"));
        grant.MapPost("/rename", RenameAsync).WithMetadata(new OperatorAction("rename_grant") { TakesBody = true });
        grant.MapPost("/revoke", RevokeAsync).WithMetadata(new OperatorAction("revoke_grant"));
    }

    private static OperatorResponse ShowToken(string webhook, WebhookSetup setup, OperatorRecord record)
    {
        record.Subject = $"webhook {webhook}";
        return setup.Take(webhook) is not { } token
            ? OperatorResponse.No(
                RefusalReason.InvalidRequest,
                $"No verification token is held for webhook '{webhook}': set Setup=true, have Notion send it again, and ask within 15 minutes. "
                    + "It is shown once.")
            : OperatorResponse.Done("shown", json =>
            {
                json.WriteString("name", webhook);
                json.WriteString("token", token);
            });
    }

    private static async Task<OperatorResponse> CreateLinkAsync(
        OperatorBody<NewLink> body, ConnectLinks links, OperatorRecord record, CancellationToken cancellationToken)
    {
        if (body.Value is not { } asked)
        {
            return OperatorResponse.No(body.Refusal!);
        }

        if (links.Check(asked.App, asked.Name, asked.ExpiresIn, out var grant, out var life) is { } wrong)
        {
            return OperatorResponse.No(wrong);
        }

        record.Subject = grant.Value;
        return await links.CreateAsync(grant, life, cancellationToken);
    }

    private static async Task<OperatorResponse> ListAsync(
        [AsParameters] GrantListParameters parameters, HttpRequest request, GrantAdministration grants, OperatorRecord record,
        CancellationToken cancellationToken)
    {
        if (GrantListQuery.Read(parameters, request.QueryString.Value) is not { } query)
        {
            return OperatorResponse.No(GrantListQuery.Wrong);
        }

        record.Subject = query.App is { } app ? $"{app}/*" : "*";
        return await grants.ListAsync(query, cancellationToken);
    }

    private static Task<OperatorResponse> ShowAsync([AsParameters] GrantPath path, GrantAdministration grants, CancellationToken cancellationToken) =>
        grants.ShowAsync(path.Grant, cancellationToken);

    private static Task<OperatorResponse> DeleteAsync([AsParameters] GrantPath path, GrantAdministration grants, CancellationToken cancellationToken) =>
        grants.DeleteAsync(path.Grant, cancellationToken);

    private static Task<OperatorResponse> RevokeAsync([AsParameters] GrantPath path, GrantAdministration grants, CancellationToken cancellationToken) =>
        grants.RevokeAsync(path.Grant, cancellationToken);

    private static async Task<OperatorResponse> RenameAsync([AsParameters] GrantPath path, OperatorBody<NewName> body, GrantAdministration grants) =>
        body.Value is not { } asked ? OperatorResponse.No(body.Refusal!)
        : CredentialName.OfGrant(path.App, asked.Name) is { } to ? await grants.RenameAsync(path.Grant, to)
        : OperatorResponse.No(RefusalReason.InvalidRequest, $"The new name must be {GatewayName.Rule}; the app stays, and is not part of it.");
}

/// <summary>The grant that a path names.</summary>
internal readonly record struct GrantPath(string App, string Name)
{
    public CredentialName Grant => CredentialName.OfGrant(App, Name)!.Value;
}
