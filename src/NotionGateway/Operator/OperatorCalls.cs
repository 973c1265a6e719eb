using NotionGateway.Settings;

namespace NotionGateway.Operator;

/// <summary>From a route and a body to the action: what is asked is checked here, and done elsewhere.</summary>
internal sealed class OperatorCalls(ConnectLinks links, GrantAdministration grants)
{
    private static readonly OperatorResponse NoQuery = OperatorResponse.No(RefusalReason.InvalidRequest, "This path takes no query.");

    public async Task<OperatorResponse> DoAsync(OperatorRoute route, ReadOnlyMemory<byte> body, OperatorRecord record, CancellationToken cancellationToken)
    {
        record.Action = route.Action;
        record.Subject = route.Grant?.Value ?? record.Subject;
        if (route.Query.Length > 0 && route.Action is not (OperatorAction.ListGrants or OperatorAction.Unlisted))
        {
            return NoQuery;
        }

        return (route.Action, route.Grant) switch
        {
            (OperatorAction.CreateLink, _) => await CreateLinkAsync(body, record, cancellationToken),
            (OperatorAction.ListGrants, _) => await ListAsync(route.Query, record, cancellationToken),
            (OperatorAction.ShowGrant, { } name) => await grants.ShowAsync(name, cancellationToken),
            (OperatorAction.RenameGrant, { } name) => await RenameAsync(name, body),
            (OperatorAction.DeleteGrant, { } name) => await grants.DeleteAsync(name, cancellationToken),
            (OperatorAction.RevokeGrant, { } name) => await grants.RevokeAsync(name, cancellationToken),
            _ => OperatorResponse.No(OperatorRoute.Unlisted),
        };
    }

    private async Task<OperatorResponse> CreateLinkAsync(ReadOnlyMemory<byte> body, OperatorRecord record, CancellationToken cancellationToken)
    {
        if (OperatorBody.Read(body, ["app", "name", "expires_in?"], out var refusal) is not { } members)
        {
            return OperatorResponse.No(refusal!);
        }

        if (links.Check(members["app"], members["name"], members.GetValueOrDefault("expires_in"), out var grant, out var life) is { } wrong)
        {
            return OperatorResponse.No(wrong);
        }

        record.Subject = grant.Value;
        return await links.CreateAsync(grant, life, cancellationToken);
    }

    private async Task<OperatorResponse> ListAsync(string query, OperatorRecord record, CancellationToken cancellationToken)
    {
        if (GrantListQuery.Read(query, out var refusal) is not { } read)
        {
            return OperatorResponse.No(refusal!);
        }

        record.Subject = read.App is { } app ? $"{app}/*" : "*";
        return await grants.ListAsync(read, cancellationToken);
    }

    private async Task<OperatorResponse> RenameAsync(CredentialName from, ReadOnlyMemory<byte> body)
    {
        if (OperatorBody.Read(body, ["name"], out var refusal) is not { } members)
        {
            return OperatorResponse.No(refusal!);
        }

        return CredentialName.OfGrant(from.App, members["name"]) is { } to
            ? await grants.RenameAsync(from, to)
            : OperatorResponse.No(RefusalReason.InvalidRequest, $"The new name must be {GatewayName.Rule}; the app stays, and is not part of it.");
    }
}
