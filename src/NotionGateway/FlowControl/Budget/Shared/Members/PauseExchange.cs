using System.Runtime.InteropServices;

namespace NotionGateway.FlowControl.Budget.Shared.Members;

/// <summary>A pause that Notion asked for, as replicas tell it to each other.</summary>
/// <param name="What">What is paused, in a form that says nothing to others.</param>
/// <param name="Left">For how long.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SharedPause(string What, TimeSpan Left);

/// <summary>The pauses that this replica tells with each beat, as long as they last, and those that it hears of.</summary>
internal sealed class PauseExchange(TimeProvider time)
{
    /// <summary>A pause that is heard again ends at nearly the same time: that is no news.</summary>
    private static readonly TimeSpan SameEnd = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TimeSpan> _own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _known = new(StringComparer.Ordinal);

    /// <summary>Another replica has met a pause that this one did not know: what is paused, and until when.</summary>
    public event Action<string, TimeSpan>? Heard;

    /// <summary>This replica has met a pause.</summary>
    public void Tell(string what, TimeSpan until)
    {
        lock (_gate)
        {
            _own[what] = MonotonicTime.Later(until, _own.GetValueOrDefault(what));
            _known[what] = MonotonicTime.Later(until, _known.GetValueOrDefault(what));
        }
    }

    public IReadOnlyList<SharedPause> ToTell()
    {
        lock (_gate)
        {
            var now = time.Monotonic();
            Forget(_own, now);
            Forget(_known, now);
            return [.. _own.Select(pause => new SharedPause(pause.Key, pause.Value - now))];
        }
    }

    /// <summary>Every pause that is known of, its own and those of other replicas.</summary>
    public IReadOnlyList<KeyValuePair<string, TimeSpan>> Known()
    {
        lock (_gate)
        {
            Forget(_known, time.Monotonic());
            return [.. _known];
        }
    }

    public void Hear(string what, TimeSpan until)
    {
        lock (_gate)
        {
            if (until <= _known.GetValueOrDefault(what) + SameEnd)
            {
                return;
            }

            _known[what] = until;
        }

        Heard?.Invoke(what, until);
    }

    private static void Forget(Dictionary<string, TimeSpan> pauses, TimeSpan now)
    {
        foreach (var (what, _) in pauses.Where(pause => pause.Value <= now).ToList())
        {
            pauses.Remove(what);
        }
    }
}
