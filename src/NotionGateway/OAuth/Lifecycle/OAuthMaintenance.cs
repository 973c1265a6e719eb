using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>
/// Periodic work: storing pairs is retried, what has expired is removed, what is
/// not used is forgotten, grants are counted. At the end it waits for calls in progress at Notion, and for what is left to store.
/// </summary>
internal sealed class OAuthMaintenance(
    IGrantStore store, PendingTokenWrites unsaved, Consents consents, UnderWay underWay, GrantCredentials credentials, GrantMetrics metrics, TimeProvider time,
    ILogger<OAuthMaintenance> log) : BackgroundLoop(TimeSpan.FromSeconds(1), time, log)
{
    private const int TicksToCount = 30;
    private const int TicksToSweep = 600;

    private int _tick;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await underWay.FinishAsync(cancellationToken);
        while (!cancellationToken.IsCancellationRequested
            && !(await unsaved.RetryAsync(grantId: null, cancellationToken) & await consents.RetryAsync(cancellationToken)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    protected override async Task TickAsync(CancellationToken stopping)
    {
        var tick = _tick++;
        try
        {
            await unsaved.RetryAsync(grantId: null, stopping);
            await consents.RetryAsync(stopping);
            if (tick % TicksToCount == 0)
            {
                credentials.Sweep();
                metrics.Take(await store.CountAsync(stopping));
            }

            if (tick % TicksToSweep == 0)
            {
                await store.SweepAsync(Time.GetUtcNow(), stopping);
            }
        }
        catch (GrantStoreException exception)
        {
            Log.StoreFailed("The maintenance of grants", exception.Message);
        }
    }
}
