using NotionGateway.Access;

namespace NotionGateway.Operator.Sessions;

/// <summary>
/// Who is signed in to the operator page: in the memory of this process only, a bounded number, each for a time. A session's id is known to
/// its browser alone; here its digest is kept.
/// </summary>
internal sealed class OperatorSessions(OperatorProofs proofs, TimeProvider time)
{
    public const int Most = 100;

    public static readonly TimeSpan LongestLife = TimeSpan.FromHours(8);
    public static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<KeyDigest, OperatorSession> _sessions = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Count;
            }
        }
    }

    /// <summary>Signs somebody in, always with a new id: one that a browser brings along was perhaps put there by somebody else.</summary>
    public (string Id, OperatorSession Session) Begin(OperatorIdentity who)
    {
        var id = GatewayKey.NewSecret();
        var session = new OperatorSession(who, GatewayKey.NewSecret(), time.Monotonic());
        lock (_gate)
        {
            foreach (var (other, _) in _sessions.Where(pair => !IsValid(pair.Value)).ToList())
            {
                _sessions.Remove(other);
            }

            if (_sessions.Count >= Most)
            {
                _sessions.Remove(_sessions.MinBy(pair => pair.Value.LastUsed).Key);
            }

            _sessions[KeyDigest.Of(id)] = session;
        }

        return (id, session);
    }

    /// <summary>The session with this id, which counts as used now; null if there is none, or none any more.</summary>
    public OperatorSession? Find(string? id)
    {
        if (GatewayKey.DigestOfSecret(id) is not { } digest)
        {
            return null;
        }

        lock (_gate)
        {
            if (!_sessions.TryGetValue(digest, out var session))
            {
                return null;
            }

            if (!IsValid(session))
            {
                _sessions.Remove(digest);
                return null;
            }

            session.LastUsed = time.Monotonic();
            return session;
        }
    }

    public void End(string? id)
    {
        if (GatewayKey.DigestOfSecret(id) is { } digest)
        {
            lock (_gate)
            {
                _sessions.Remove(digest);
            }
        }
    }

    /// <summary>Whether it has time left, and its key or token is still an operator's with the same rights.</summary>
    private bool IsValid(OperatorSession session)
    {
        var now = time.Monotonic();
        return now - session.StartedAt < LongestLife
            && now - session.LastUsed < LongestIdle
            && proofs.Find(session.Who.Key) == session.Who;
    }
}
