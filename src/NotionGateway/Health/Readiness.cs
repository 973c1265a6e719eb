using NotionGateway.Credentials;

namespace NotionGateway.Health;

/// <summary>
/// Whether this instance should get requests: not while draining, not before each credential has been tried once,
/// and not without a usable one. Notion being down is no reason: another instance would not do better.
/// </summary>
internal sealed class Readiness(Drain drain, CredentialStore store, HealthOptions options, TimeProvider time)
{
    private volatile bool _allTried;

    /// <summary>Why it is not ready, without names; null when ready.</summary>
    public string? WhyNot()
    {
        if (drain.IsLeaving)
        {
            return "shutting down";
        }

        var now = time.Monotonic();
        var usable = 0;
        var all = 0;
        foreach (var credential in store.All)
        {
            var state = credential.State;
            if (!state.Tried && !_allTried)
            {
                return "a credential has not been tried yet";
            }

            all++;
            usable += state.Refuse(credential.Terms, now) is null ? 1 : 0;
        }

        // From here on a credential that a reload adds does not make every instance unready at once.
        _allTried = true;
        return all > 0 && usable == 0 ? "no credential can be used"
            : options.RequireAllCredentials && usable < all ? "a credential cannot be used"
            : null;
    }
}
