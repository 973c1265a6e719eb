using NotionGateway.OAuth.Sealing;

namespace NotionGateway.OAuth;

/// <summary>Before anybody is served: the store is opened. A gateway that cannot read its grants does not start.</summary>
internal sealed class OAuthStart(GrantStoreOpening opening, KeyRingGuard guard, ILogger<OAuthStart> log) : LifecycleService
{
    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        await opening.OpenAsync(cancellationToken);
        if (guard.CountOutdated() is var outdated and > 0)
        {
            log.NotRewrapped(outdated);
        }
    }
}
