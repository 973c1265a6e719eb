using NotionGateway.Credentials;
using NotionGateway.FlowControl.Budget;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>Which credentials use a connection queue and what each one's plan allows; the smallest counts. Touched under the table's lock.</summary>
internal sealed class QueueMembers
{
    private readonly List<(CredentialName Name, PermitLimit Limit)> _all = [];

    /// <summary>The bot behind them, once known.</summary>
    public string? Bot { get; set; }

    public IEnumerable<CredentialName> Names => _all.Select(member => member.Name);

    public int Count => _all.Count;

    /// <summary>The limit that is right for all of them.</summary>
    public PermitLimit Limit => _all.MinBy(member => member.Limit.Rate).Limit;

    public void Add(CredentialName name, PermitLimit limit)
    {
        Remove(name);
        _all.Add((name, limit));
    }

    public void Remove(CredentialName name) => _all.RemoveAll(member => member.Name == name);
}

/// <summary>Which connection queue a credential uses, and what was known of the credential when that was decided.</summary>
internal sealed class ConnectionBinding(Credential credential, CredentialState state, ConnectionQueue connectionQueue)
{
    private CredentialState _state = state;

    public Credential Credential => credential;

    public ConnectionQueue ConnectionQueue => connectionQueue;

    public bool HasTokenOf(CredentialState other) => other.Token is { } token && token.Equals(_state.Token);

    /// <summary>Whether nothing has changed that the choice of a connection queue depends on.</summary>
    public bool IsFor(Credential now, CredentialState state)
    {
        if (ReferenceEquals(_state, state) && ReferenceEquals(credential, now))
        {
            return true;
        }

        if (!ReferenceEquals(credential, now) || state.Identity != _state.Identity || !Equals(state.Token, _state.Token))
        {
            return false;
        }

        _state = state;
        return true;
    }
}

/// <summary>Which connection a credential belongs to at a moment.</summary>
internal static class Connections
{
    public static ConnectionKey Connection(this CredentialState state) =>
        state.Identity is { } identity ? ConnectionKey.OfBot(identity.BotId) : ConnectionKey.OfToken(state.Token?.Fingerprint ?? "");
}
