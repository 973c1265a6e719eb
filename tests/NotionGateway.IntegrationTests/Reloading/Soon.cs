using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Reloading;

/// <summary>Files are looked at every second of the gateway's clock.</summary>
internal static class Soon
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Between the looks only as much time passes as the callers need for their permits, however long it takes.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    public static Task SoonAsync(this TestGateway gateway, Func<bool> condition, string what) => gateway.SoonAsync(() => Task.FromResult(condition()), what);

    /// <summary>The condition holds after the next look, or after one of the few that follow it.</summary>
    public static async Task SoonAsync(this TestGateway gateway, Func<Task<bool>> condition, string what)
    {
        var since = gateway.Clock.Elapsed;
        gateway.Clock.Advance(Interval);
        await gateway.AdvanceUntilAsync(condition, what, Step);
        Assert.InRange(gateway.Clock.Elapsed - since, TimeSpan.Zero, 4 * Interval);
    }
}
