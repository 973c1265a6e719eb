using NotionGateway.Caching;
using NotionGateway.Caching.Tags;
using NotionGateway.Credentials;
using NotionGateway.Webhooks.Events;

namespace NotionGateway.Webhooks;

/// <summary>How a delivery ended.</summary>
internal enum DeliveryOutcome
{
    /// <summary>What it tells of has been dropped.</summary>
    Applied,

    /// <summary>Its type is not known: everything of the workspace has been dropped.</summary>
    UnknownType,

    /// <summary>It has been applied before.</summary>
    Duplicate,

    /// <summary>It brought the verification token, which is held for an operator.</summary>
    TokenHeld,
    BadSignature,
    Malformed,
    OtherWorkspace,

    /// <summary>Its token or its workspace is not known yet: Notion will deliver it again.</summary>
    NotReady,

    /// <summary>There is no webhook of that name.</summary>
    Unknown,
}

/// <summary>Checks deliveries and applies them to stored responses. Knows nothing of HTTP.</summary>
internal sealed class WebhookReception(
    IReadOnlyList<WebhookOptions> webhooks,
    WebhookTokens tokens,
    WebhookSetup setup,
    CredentialStore credentials,
    ResponseCache cache,
    EventWatch watch,
    WebhooksMetrics metrics,
    TimeProvider time)
{
    /// <summary>Longer than Notion goes on delivering an event.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(25);

    private readonly BoundedCache<(string Webhook, UInt128 Id), bool> _applied = new(20_000, Remembered, time);

    /// <summary>The webhook that a path names.</summary>
    public WebhookOptions? Find(string name) => webhooks.FirstOrDefault(webhook => webhook.Name == name);

    /// <summary>Why a delivery is not Notion's, as far as its signature says; null if it is. A token that is held ends it too.</summary>
    public DeliveryOutcome? Check(WebhookOptions webhook, ReadOnlyMemory<byte> body, string? signature)
    {
        if (webhook.Setup)
        {
            return WebhookEvent.VerificationToken(body) is { } token && setup.TryHold(webhook.Name, token)
                ? DeliveryOutcome.TokenHeld
                : DeliveryOutcome.BadSignature;
        }

        return tokens.Of(webhook.Name) is not { } known ? DeliveryOutcome.NotReady
            : known.Signs(body.Span, signature) ? null
            : DeliveryOutcome.BadSignature;
    }

    /// <summary>Applies a delivery that is Notion's.</summary>
    public DeliveryOutcome Apply(WebhookOptions webhook, ReadOnlyMemory<byte> body)
    {
        if (WebhookEvent.Read(body) is not { } told)
        {
            return DeliveryOutcome.Malformed;
        }

        var (workspaces, listeners) = Scope(webhook);
        if (workspaces.Count == 0)
        {
            return DeliveryOutcome.NotReady;
        }

        if (!workspaces.Contains(told.Workspace))
        {
            return DeliveryOutcome.OtherWorkspace;
        }

        if (_applied.TryGet((webhook.Name, told.Id), out _))
        {
            return DeliveryOutcome.Duplicate;
        }

        var changed = EventTags.Of(told);
        cache.ChangedElsewhere(changed ?? [new Tag(TagKind.Workspace, told.Workspace)]);
        _applied.Set((webhook.Name, told.Id), true);
        var age = MonotonicTime.Later(time.GetUtcNow() - (told.At ?? DateTimeOffset.MinValue), TimeSpan.Zero);
        listeners.ForEach(listener => watch.Heard(listener, age, isAfterGap: told.Attempt > 1));
        metrics.Delayed(age);
        return changed is null ? DeliveryOutcome.UnknownType : DeliveryOutcome.Applied;
    }

    /// <summary>How long ago the last event happened, of the connection that has been silent longest; null if none has heard one within the hour.</summary>
    public TimeSpan? LastHeard(WebhookOptions webhook) => Scope(webhook).Listeners.Max(listener => watch.LastHeard(listener));

    /// <summary>The workspaces whose events these can be, and whose stored responses profit from hearing them.</summary>
    private (List<UInt128> Workspaces, List<Tag> Listeners) Scope(WebhookOptions webhook)
    {
        if (webhook.Workspace is { } id)
        {
            var workspace = Tag.IdOf(id);
            return ([workspace], [new Tag(TagKind.Workspace, workspace)]);
        }

        var known = credentials.All.Where(credential => webhook.Credentials.Contains(credential.Name.Value, StringComparer.Ordinal))
            .Select(credential => ResponseCache.ScopeOf(credential.State)).OfType<CacheScope>().ToList();
        return ([.. known.Select(scope => scope.Workspace)], [.. known.Select(scope => scope.Of(TagKind.Connection)).Distinct()]);
    }
}
