namespace NotionGateway.FlowControl.Budget.Shared;

/// <summary>This replica's part of a connection's limit during one loss of the store.</summary>
internal sealed class LocalShare
{
    /// <param name="limit">The part.</param>
    /// <param name="loss">The loss that it is for.</param>
    /// <param name="silentUntil">Until then nothing is given, and from then on the empty bucket fills.</param>
    /// <param name="pausedUntil">The end of the pause that Notion has asked for.</param>
    /// <param name="now">The present.</param>
    public LocalShare(PermitLimit limit, int loss, TimeSpan silentUntil, TimeSpan pausedUntil, TimeSpan now)
    {
        (Loss, Window) = (loss, new PermitWindow(limit, MonotonicTime.Later(silentUntil, now), burstsFrom: TimeSpan.Zero));
        Window.Pause(pausedUntil, now);
    }

    public int Loss { get; }

    public PermitWindow Window { get; }

    /// <summary>A permit from before the loss is not of this part.</summary>
    public void MarkSent(PermitId permit, TimeSpan now)
    {
        if (Window.IsOut(permit))
        {
            Window.MarkSent(permit, now);
        }
    }

    public void GiveBack(PermitId permit, TimeSpan now) => Window.GiveBack(permit, now);
}
