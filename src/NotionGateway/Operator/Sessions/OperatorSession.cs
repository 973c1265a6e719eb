using NotionGateway.Access;

namespace NotionGateway.Operator.Sessions;

/// <summary>An operator in one browser, from signing in to signing out.</summary>
/// <param name="who">Who signed in.</param>
/// <param name="formToken">What each form of the page carries, so that no other page can send one.</param>
/// <param name="startedAt">When, on the scale that waits are measured in.</param>
internal sealed class OperatorSession(OperatorIdentity who, string formToken, TimeSpan startedAt)
{
    private int _live;
    private PageNotice? _notice;

    public OperatorIdentity Who => who;

    public string FormToken => formToken;

    /// <summary>Whether a form was made for this session. Compared as digests, so that timing tells nothing.</summary>
    public bool IsOwnForm(string token) =>
        GatewayKey.DigestOfSecret(token) is { } presented && presented.Equals(KeyDigest.Of(formToken));

    public TimeSpan StartedAt { get; } = startedAt;

    public TimeSpan LastUsed { get; set; } = startedAt;

    /// <summary>Begins the one live view of the session, which ends the one before; its number.</summary>
    public int BeginLive() => Interlocked.Increment(ref _live);

    /// <summary>Whether the view with this number is still the one.</summary>
    public bool IsLive(int view) => Volatile.Read(ref _live) == view;

    /// <summary>Keeps what became of a change for the page that is shown next.</summary>
    public void Tell(PageNotice notice) => Interlocked.Exchange(ref _notice, notice);

    /// <summary>What is to be told; once.</summary>
    public PageNotice? TakeNotice() => Interlocked.Exchange(ref _notice, null);
}

/// <summary>What became of a change.</summary>
/// <param name="Ok">Whether it was done.</param>
/// <param name="Text">A sentence.</param>
/// <param name="Link">A one-time link that came of it, shown this once.</param>
internal sealed record PageNotice(bool Ok, string Text, string? Link = null)
{
    // A link is a secret.
    public override string ToString() => Text;
}
