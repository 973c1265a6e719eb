using NotionGateway.Credentials;

namespace NotionGateway.Operator.Status;

/// <summary>Reports the configured credentials: which works, and which is about to fail.</summary>
internal sealed class CredentialReport(CredentialStore store, TimeProvider time)
{
    public IReadOnlyList<StatusCredential> Report() =>
        [.. store.All.OrderBy(credential => credential.Name.Value, StringComparer.Ordinal).Select(Of)];

    /// <summary>Null if no configured credential has this name.</summary>
    public StatusCredential? Named(CredentialName name) => store.Find(name) is { } credential ? Of(credential) : null;

    private StatusCredential Of(Credential credential)
    {
        var (state, terms, now) = (credential.State, credential.Options, time.Monotonic());
        return new StatusCredential
        {
            Name = credential.Name.Value,
            Source = terms.Source,
            Plan = terms.Plan,
            State = state.Quarantined ? "refused" : state.Refuse(terms, now) is null ? "usable" : state.Tried ? "unavailable" : "untried",
            Problem = state.Problem ?? state.ProbeProblem,
            SourceAgeSeconds = state.ReadAt is { } read ? Math.Round((now - read).TotalSeconds, 1) : null,
            LastSuccess = time.WallClock(credential.LastSuccess),
            LastUnauthorized = time.WallClock(state.UnauthorizedAt),
            BotId = state.Identity?.BotId,
            WorkspaceId = credential.Workspace,
        };
    }
}
