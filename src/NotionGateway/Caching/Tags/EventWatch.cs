using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace NotionGateway.Caching.Tags;

/// <summary>
/// Knows of whom changes by others are heard, and since when without a gap. Hearing nothing can mean that nothing happened, or that events get lost: so
/// after a silence they count no longer, and what was asked for before or during it may have missed some.
/// </summary>
internal sealed class EventWatch(TimeProvider time)
{
    /// <summary>Without an event for so long it is not known whether events come at all.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Tag, Hearing> _all = new();

    /// <summary>An event has come.</summary>
    /// <param name="of">The workspace or the connection whose changes are told.</param>
    /// <param name="age">How long ago it happened: one that comes late does not show that events come now.</param>
    /// <param name="isAfterGap">Whether a delivery has failed before, so that others may be missing.</param>
    public void Heard(Tag of, TimeSpan age, bool isAfterGap)
    {
        if (age >= Silence)
        {
            return;
        }

        lock (_gate)
        {
            var now = time.Monotonic();
            var happened = now - age;
            var isKnown = _all.TryGetValue(of, out var before);
            var isGap = isAfterGap || !isKnown || now - before.Last >= Silence;
            _all[of] = isGap ? new Hearing(now, happened) : before with { Last = MonotonicTime.Later(before.Last, happened) };
        }
    }

    /// <summary>Whether a change would have been heard of that touches a response of this scope, asked for at this moment.</summary>
    public bool Covers(CacheScope scope, Moment asked) =>
        !_all.IsEmpty && (Covers(scope.Of(TagKind.Connection), asked) || Covers(scope.Of(TagKind.Workspace), asked));

    /// <summary>How long ago the last event happened; null if that is too long ago.</summary>
    public TimeSpan? LastHeard(Tag of) => _all.TryGetValue(of, out var hearing) && time.Monotonic() - hearing.Last is var age && age < Silence ? age : null;

    private bool Covers(Tag of, Moment asked) =>
        _all.TryGetValue(of, out var hearing) && asked.At >= hearing.Since && time.Monotonic() - hearing.Last < Silence;

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Hearing(TimeSpan Since, TimeSpan Last);
}
