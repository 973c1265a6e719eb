using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.Store;

namespace NotionGateway.Operator;

/// <summary>
/// Reads grants and changes them: first in the store, then in the memory of this process. A change that has begun is completed,
/// whether the operator waits for it or not.
/// </summary>
internal sealed class GrantAdministration(IGrantStore store, IGrantRevoker revoker, IGrantChanges changes)
{
    /// <summary>Each time another pair was stored meanwhile, that is revoked too.</summary>
    private const int MostTries = 3;

    private static readonly OperatorResponse Contested = OperatorResponse.No(
        RefusalReason.StoreUnavailable, "The grant was renewed or connected again while it was being revoked, and is still there. Try again.");

    private static readonly OperatorResponse NotFound = OperatorResponse.No(RefusalReason.GrantNotFound, "There is no grant with this name.");

    public async Task<OperatorResponse> ListAsync(GrantListQuery query, CancellationToken cancellationToken)
    {
        var found = await store.ListAsync(query.App, query.After, query.Limit + 1, cancellationToken);
        var hasMore = found.Count > query.Limit;
        var page = hasMore ? found.Take(query.Limit).ToList() : found;
        return OperatorResponse.Done(FormattableString.Invariant($"{page.Count} listed"), json =>
        {
            json.WriteStartArray("results");
            foreach (var grant in page)
            {
                json.WriteStartObject();
                GrantJson.Write(json, grant);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteBoolean("has_more", hasMore);
            json.WriteString("next", hasMore ? page[^1].Name.Value : null);
        });
    }

    public async Task<OperatorResponse> ShowAsync(CredentialName name, CancellationToken cancellationToken) =>
        await store.FindAsync(name, cancellationToken) is { } grant ? OperatorResponse.Done("shown", json => GrantJson.Write(json, grant)) : NotFound;

    public async Task<OperatorResponse> RenameAsync(CredentialName from, CredentialName to)
    {
        // Its keys are forgotten by its id. Another grant that takes the name in between has its keys looked up again when they are used.
        if (await store.FindAsync(from, CancellationToken.None) is not { } grant)
        {
            return NotFound;
        }

        switch (await store.RenameAsync(from, to, CancellationToken.None))
        {
            case NamingOutcome.NotFound:
                return NotFound;
            case NamingOutcome.Done:
                changes.Changed(grant.Id, from);
                changes.Changed(grant.Id, to);
                return OperatorResponse.Done($"renamed to {to}", json =>
                {
                    json.WriteString("name", to.Value);
                    json.WriteString("was", from.Value);
                });
            default:
                return OperatorResponse.No(RefusalReason.NameTaken, $"A grant {to} already exists: rename or delete it first.");
        }
    }

    /// <summary>Deletes the grant here; it is not revoked at Notion, which continues to accept its tokens.</summary>
    public async Task<OperatorResponse> DeleteAsync(CredentialName name, CancellationToken cancellationToken) =>
        await store.FindAsync(name, cancellationToken) is { } grant && await ForgetAsync(grant, () => store.DeleteAsync(grant.Id, CancellationToken.None))
            ? OperatorResponse.Done("deleted", json => WriteGone(json, name, toldNotion: false))
            : NotFound;

    /// <summary>Revokes the grant at Notion, and deletes it here once that is done.</summary>
    public async Task<OperatorResponse> RevokeAsync(CredentialName name, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(name, cancellationToken) is not { } grant)
        {
            return NotFound;
        }

        for (var tries = 0; tries < MostTries; tries++)
        {
            var outcome = await revoker.RevokeAsync(grant, CancellationToken.None);
            if (outcome is RevokeOutcome.NotionUnreachable unreachable)
            {
                return OperatorResponse.No(
                    RefusalReason.UpstreamUnreachable,
                    $"The grant could not be revoked at Notion and is unchanged: {unreachable.Message} "
                    + "Try again, or delete the grant here without revoking it at Notion.");
            }

            try
            {
                // By its version: a pair that was stored meanwhile is not revoked.
                if (await ForgetAsync(grant, () => store.TryDeleteAsync(grant.Id, grant.Version, CancellationToken.None))
                    || await store.FindByIdAsync(grant.Id, CancellationToken.None) is not { } newer)
                {
                    return OperatorResponse.Done(
                        outcome is RevokeOutcome.AlreadyDead ? "deleted; Notion had already revoked it" : "revoked and deleted",
                        json => WriteGone(json, name, toldNotion: true));
                }

                grant = newer;
            }
            catch (GrantStoreException exception)
            {
                // It is partly done, and the record must say which part.
                return OperatorResponse.No(
                    RefusalReason.StoreUnavailable, $"Notion has revoked the grant, but the store could not delete it: {exception.Message} Try again.") with
                {
                    Outcome = $"revoked at Notion, but not deleted here: {exception.Message}",
                };
            }
        }

        return Contested;
    }

    private async Task<bool> ForgetAsync(Grant grant, Func<Task<bool>> delete)
    {
        try
        {
            return await delete();
        }
        finally
        {
            // Even if the store has failed: the grant may be revoked at Notion, and cached data about it may be invalid.
            changes.Changed(grant.Id, grant.Name);
        }
    }

    private static void WriteGone(System.Text.Json.Utf8JsonWriter json, CredentialName name, bool toldNotion)
    {
        json.WriteString("name", name.Value);
        json.WriteBoolean("deleted", true);
        json.WriteBoolean("ended_at_notion", toldNotion);
    }
}
