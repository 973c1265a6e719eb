using NotionGateway.Credentials;

namespace NotionGateway.Health;

/// <summary>
/// Whether this instance should get requests: not before each credential has been tried once and enough of them are usable, and not while
/// draining. In between it stays ready: another instance has the same tokens, and callers need an answer that says what is wrong.
/// </summary>
internal sealed class Readiness(
    Drain drain, CredentialStore store, HealthOptions options, TimeProvider time, IEnumerable<ReadinessHold>? holds = null)
{
    private volatile bool _ready;

    /// <summary>Why it is not ready, without names; null when ready.</summary>
    public string? WhyNot()
    {
        if (drain.IsLeaving)
        {
            return "shutting down";
        }

        var problem = _ready ? null : Missing() ?? holds?.Select(static hold => hold()).FirstOrDefault(static hold => hold is not null);
        _ready |= problem is null;
        return problem;
    }

    /// <summary>What a person should know of an instance that is ready nevertheless, without names; null if all is well.</summary>
    public string? Note() => Missing() is { } problem ? $"note: {problem}" : null;

    private string? Missing()
    {
        var now = time.Monotonic();
        var (all, usable) = (0, 0);
        foreach (var credential in store.All)
        {
            var state = credential.State;
            if (!state.Tried)
            {
                return "a credential has not been tried yet";
            }

            all++;
            usable += state.Refuse(credential.Terms, now) is null ? 1 : 0;
        }

        return all > 0 && usable == 0 ? "no credential can be used"
            : options.RequireAllCredentials && usable < all ? "a credential cannot be used"
            : null;
    }
}
