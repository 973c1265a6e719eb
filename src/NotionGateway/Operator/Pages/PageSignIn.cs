using System.Net;
using NotionGateway.Browsers;
using NotionGateway.Operator.Pages.Parts;
using NotionGateway.Operator.Pages.Views;
using NotionGateway.Operator.Sessions;
using NotionGateway.Settings;

namespace NotionGateway.Operator.Pages;

/// <summary>How somebody signs in: with a key in a form, with a header of a proxy, or in the sandbox once with an address.</summary>
internal sealed class PageSignIn(
    OperatorProofs proofs, OperatorSessions sessions, InstanceName instance, TimeProvider time, OneTimeSignIn? oneTime = null)
{
    public const int MostTries = 20;

    public static readonly TimeSpan TriesWithin = TimeSpan.FromMinutes(10);

    private const int MostPeers = 10_000;

    private static readonly Refusal TooManyTries = new(
        RefusalReason.QueueFull, "There were too many failed attempts to sign in from this address. Wait ten minutes; the API and the commands still work.")
    {
        RetryAfter = TriesWithin,
    };

    private static readonly Refusal UsedUp = new(
        RefusalReason.InvalidKey, "This address was used before, or is older than five minutes. Sign in with the operator key that was printed beside it.");

    private readonly AttemptLimit<IPAddress> _failures = new(MostTries, TriesWithin, MostPeers, time);

    /// <summary>The form.</summary>
    public PageResponse Show() => PageResponse.Show(Form(problem: null));

    /// <summary>A key that was typed, or a token: a new session, or the form with what is wrong.</summary>
    public async Task<(PageResponse Response, string? NewSession)> WithKeyAsync(string key, IPAddress? peer, OperatorRecord record, HttpContext context)
    {
        var from = peer ?? IPAddress.None;
        if (_failures.IsUsedUp(from))
        {
            return (Denied(TooManyTries), null);
        }

        var (refusal, who) = await proofs.AuthenticateAsync($"Bearer {key}", peer, context.RequestAborted);
        if (who is not null)
        {
            return Begin(who, record, context);
        }

        // The form has no header, so nothing is said about the form of one.
        _failures.TryTake(from);
        var shown = refusal is null || refusal.Reason == RefusalReason.MissingKey ? OperatorKeys.Invalid
            : refusal.Reason.ShownAs == RefusalReason.InvalidKey ? OperatorKeys.Invalid with { Reason = refusal.Reason, Problem = refusal.Problem }
            : refusal;
        return (Denied(shown), null);
    }

    /// <summary>The address that the sandbox has printed. In a container, a browser on the same machine comes from the network's bridge.</summary>
    public (PageResponse Response, string? NewSession) WithAddress(string secret, OperatorRecord record, HttpContext context) =>
        oneTime is not null && oneTime.TryUse(secret) && proofs.Find(oneTime.Key) is { } who
            ? Begin(who, record, context)
            : (Denied(UsedUp), null);

    /// <summary>An Authorization header, as a proxy sends it with every request: the session of that operator, or a new one.</summary>
    public async Task<(Refusal? Refusal, OperatorSession? Session, string? NewSession)> WithHeaderAsync(
        string authorization, IPAddress? peer, OperatorSession? session, CancellationToken cancellationToken)
    {
        var (refusal, who) = await proofs.AuthenticateAsync(authorization, peer, cancellationToken);
        if (who is null)
        {
            return (refusal, null, null);
        }

        if (session is not null && session.Who == who)
        {
            return (null, session, null);
        }

        var (id, begun) = sessions.Begin(who);
        return (null, begun, id);
    }

    private (PageResponse Response, string? NewSession) Begin(OperatorIdentity who, OperatorRecord record, HttpContext context) =>
        record.Admit(context, who) is { } full
            ? (Denied(full), null)
            : (PageResponse.GoTo(PagePaths.Overview, "signed in"), sessions.Begin(who).Id);

    private PageResponse Denied(Refusal refusal) => PageResponse.No(refusal, Form(refusal.Message));

    private Microsoft.AspNetCore.Components.RenderFragment Form(string? problem) =>
        HtmlPages.With(new SignInView(instance.Value, problem), HtmlPages.Of<SignIn>());
}
