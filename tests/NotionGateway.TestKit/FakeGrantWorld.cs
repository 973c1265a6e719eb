using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Lifecycle;

namespace NotionGateway.TestKit;

/// <summary>What the grant store works with: Notion, which is told of a revocation, and this process's memory.</summary>
internal sealed class FakeGrantWorld : IGrantRevoker, IGrantChanges
{
    private readonly Lock _one = new();
    private readonly List<CredentialName> _revoked = [];
    private readonly List<CredentialName> _changes = [];

    /// <summary>How revoking ends.</summary>
    public RevokeOutcome Outcome { get; set; } = new RevokeOutcome.Revoked();

    /// <summary>Happens in the middle of revoking.</summary>
    public Action WhileRevoking { get; set; } = () => { };

    /// <summary>The grants that Notion was told of.</summary>
    public IReadOnlyList<CredentialName> Revoked
    {
        get
        {
            lock (_one)
            {
                return [.. _revoked];
            }
        }
    }

    /// <summary>The names that were to be forgotten.</summary>
    public IReadOnlyList<CredentialName> Changes
    {
        get
        {
            lock (_one)
            {
                return [.. _changes];
            }
        }
    }

    public Task<RevokeOutcome> RevokeAsync(Grant grant, CancellationToken cancellationToken)
    {
        lock (_one)
        {
            _revoked.Add(grant.Name);
        }

        WhileRevoking();
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Outcome);
    }

    public void Changed(string grantId, CredentialName name)
    {
        lock (_one)
        {
            _changes.Add(name);
        }
    }
}
