using NotionGateway.Access.Targets;
using NotionGateway.Notion;

namespace NotionGateway.Access;

/// <summary>What a request asks for, in its kind's own way: a call of Notion's API, an application's OAuth, or an explanation.</summary>
internal interface IAsked
{
    /// <summary>The operation, where the path alone tells it.</summary>
    NotionOperation? Operation { get; }

    /// <summary>Whether the caller's connections leave room for this one.</summary>
    Refusal? TakeSeat(Caller caller);

    /// <summary>Operation, permission and credential, in this order.</summary>
    AccessDecision Authorize(Caller caller);
}

/// <summary>
/// The order in which every request is judged, written here and nowhere else: head, target, who it is, the seat of its connection,
/// credentials in its query, operation, permission, credential.
/// </summary>
internal static class AccessOrder
{
    public static readonly Refusal RejectedQueryToken = new(
        RefusalReason.QueryTokenRejected,
        "The query contains a credential. URLs end up in logs: send the key only in the Authorization header, and replace the one that was sent.");

    /// <summary>Before anybody is asked who they are: whether it is well formed.</summary>
    public static Refusal? Read(AccessRules rules, in RequestHead head, string rawTarget, out TargetReading? reading)
    {
        reading = null;
        if (HeaderRules.Check(head) is { } badHead)
        {
            return badHead;
        }

        if (TargetGuard.Check(rawTarget, rules.Operations, out var target) is { } badTarget)
        {
            return badTarget;
        }

        reading = new TargetReading(rules.QueryTokens.Strip(target, out var found), found);
        return null;
    }

    /// <summary>Everything that follows once it is known who sent it, or that nobody is known.</summary>
    public static AccessDecision Judge<TAsked>(AccessRules rules, TargetReading reading, in Authentication who, AccessMetrics? metrics, TAsked asked)
        where TAsked : struct, IAsked
    {
        var rejected = who.Refusal is null && rules.QueryTokens.Rejects(reading.QueryTokens);
        metrics?.QueryTokens(reading.QueryTokens, who.Caller, rejected);
        if (who.Refusal is not null || who.Caller is not { } caller)
        {
            return new AccessDecision(who.Refusal ?? BearerKey.Invalid, who.Caller);
        }

        return (asked.TakeSeat(caller) ?? (rejected ? RejectedQueryToken : null)) is { } denied
            ? new AccessDecision(denied, caller, asked.Operation)
            : asked.Authorize(caller);
    }
}
