using NotionGateway.Credentials;

namespace NotionGateway.Operator.Status;

/// <summary>Reports the configured credentials: which works, and which is about to fail.</summary>
internal sealed class CredentialReport(CredentialStore store, RecentRequests recent, TimeProvider time)
{
    public IReadOnlyList<StatusCredential> Report() =>
        [.. store.All.OrderBy(credential => credential.Name.Value, StringComparer.Ordinal).Select(Of)];

    /// <summary>Null if no configured credential has this name.</summary>
    public StatusCredential? Named(CredentialName name) => store.Find(name) is { } credential ? Of(credential) : null;

    private StatusCredential Of(Credential credential)
    {
        var (state, terms, now) = (credential.State, credential.Options, time.Monotonic());
        var probed = At(state.AcceptedAt, now);
        var used = recent.LastSuccess(credential.Name.Value);
        return new StatusCredential
        {
            Name = credential.Name.Value,
            Source = terms.Source,
            Plan = terms.Plan,
            State = state.Quarantined ? "refused" : state.Refuse(terms, now) is null ? "usable" : state.Tried ? "unavailable" : "untried",
            Problem = state.Problem ?? state.ProbeProblem,
            SourceAgeSeconds = state.ReadAt is { } read ? Math.Round((now - read).TotalSeconds, 1) : null,
            LastSuccess = probed > used || used is null ? probed : used,
            LastUnauthorized = At(state.UnauthorizedAt, now),
            BotId = state.Identity?.BotId,
            WorkspaceId = credential.Workspace,
        };
    }

    /// <summary>The wall clock's time of a moment of the clock that waits are measured in.</summary>
    private DateTimeOffset? At(TimeSpan? moment, TimeSpan now) => moment is { } at ? time.GetUtcNow() - (now - at) : null;
}
