using Microsoft.Extensions.Time.Testing;

namespace NotionGateway.TestKit;

/// <summary>Fake time whose wall clock can be set, as an administrator or NTP does: timers and timestamps go on as if nothing had happened.</summary>
internal sealed class TwoClocks(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _off;

    public void SetWallClock(TimeSpan by) => _off += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _off;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
