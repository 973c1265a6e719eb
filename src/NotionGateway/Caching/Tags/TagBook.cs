using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace NotionGateway.Caching.Tags;

/// <summary>When a response was asked for: what has changed since then it may not know of.</summary>
/// <param name="Change">How many changes were known.</param>
/// <param name="At">When, by the <see cref="MonotonicTime"/>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Moment(long Change, TimeSpan At);

/// <summary>
/// Remembers what has changed and when, so that a stored response can be checked against it: a response is good if nothing that it depends on has
/// changed since it was asked for. Checking takes no lock.
/// </summary>
internal sealed class TagBook(TimeProvider time)
{
    /// <summary>More are not remembered one by one: whatever was asked for before the oldest of them counts as changed.</summary>
    public const int Most = 200_000;

    /// <summary>How far Notion's index may be behind the objects after a change.</summary>
    public static readonly TimeSpan IndexRest = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Tag, State> _states = new();
    private int _count;
    private long _changes;
    private long _floor;
    private long _restUntil;

    /// <summary>Counted here, since the dictionary would take all of its locks to count.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The present, for a response that is about to be asked for.</summary>
    public Moment Now => new(Volatile.Read(ref _changes), time.Monotonic());

    /// <summary>Whether a response that depends on these and was asked for then is still true, as far as is known.</summary>
    public bool IsTrue(ReadOnlySpan<Tag> tags, Moment asked)
    {
        if (asked.Change < Volatile.Read(ref _floor) || asked.At.Ticks < Volatile.Read(ref _restUntil))
        {
            return false;
        }

        foreach (var tag in tags)
        {
            if (_states.TryGetValue(tag, out var state) && !state.IsTrueFor(asked))
            {
                return false;
            }
        }

        // Asked once more: what was forgotten meanwhile could not be found above.
        return asked.Change >= Volatile.Read(ref _floor);
    }

    /// <summary>These have changed.</summary>
    public void Change(IReadOnlyList<Tag> tags)
    {
        lock (_gate)
        {
            Note(tags, rest: TimeSpan.Zero);
        }
    }

    /// <summary>Everything may have changed, and may go on changing for a time.</summary>
    public void ChangeAll(TimeSpan rest)
    {
        lock (_gate)
        {
            _floor = ++_changes;
            _restUntil = Math.Max(_restUntil, (time.Monotonic() + rest).Ticks);
        }
    }

    /// <summary>A write begins that changes these: until it has ended, what depends on them is neither served nor stored.</summary>
    public void Begin(IReadOnlyList<Tag> tags)
    {
        lock (_gate)
        {
            Note(tags, rest: TimeSpan.Zero);
            foreach (var tag in tags)
            {
                StateOf(tag).Writes++;
            }
        }
    }

    /// <summary>A write has ended.</summary>
    /// <param name="begun">What it was begun with.</param>
    /// <param name="changed">What it turned out to change besides.</param>
    /// <param name="rest">For how long it may still go on, if that is not known.</param>
    public void End(IReadOnlyList<Tag> begun, IReadOnlyList<Tag> changed, TimeSpan rest)
    {
        lock (_gate)
        {
            foreach (var tag in begun)
            {
                StateOf(tag).Writes--;
            }

            Note(begun, rest);
            Note(changed, rest);
        }
    }

    private void Note(IReadOnlyList<Tag> tags, TimeSpan rest)
    {
        var now = time.Monotonic();
        var change = ++_changes;
        foreach (var tag in tags)
        {
            var state = StateOf(tag);
            var until = now + (tag.IsOfIndex ? MonotonicTime.Later(rest, IndexRest) : rest);
            state.Note(change, until.Ticks);
        }

        if (_count > Most)
        {
            Forget(now);
        }
    }

    private State StateOf(Tag tag)
    {
        if (!_states.TryGetValue(tag, out var state))
        {
            _states[tag] = state = new State();
            _count++;
        }

        return state;
    }

    /// <summary>Forgets the older half of what is at rest: whatever was asked for before that counts as changed.</summary>
    private void Forget(TimeSpan now)
    {
        var floor = Math.Max(_floor, _changes - (_changes - _states.Values.Min(state => state.ChangedAt)) / 2);
        Volatile.Write(ref _floor, floor);
        foreach (var (tag, state) in _states)
        {
            if (state.ChangedAt <= floor && state.Writes == 0 && state.RestUntil <= now.Ticks)
            {
                _states.TryRemove(tag, out _);
                _count--;
            }
        }
    }

    /// <summary>What is known of one tag; written under the lock.</summary>
    private sealed class State
    {
        private long _changed;
        private long _restUntil;
        private int _writes;

        public long ChangedAt => Volatile.Read(ref _changed);

        public long RestUntil => Volatile.Read(ref _restUntil);

        public int Writes
        {
            get => Volatile.Read(ref _writes);
            set => Volatile.Write(ref _writes, value);
        }

        public void Note(long change, long restUntil)
        {
            Volatile.Write(ref _changed, change);
            Volatile.Write(ref _restUntil, Math.Max(_restUntil, restUntil));
        }

        public bool IsTrueFor(Moment asked) => ChangedAt <= asked.Change && Writes == 0 && RestUntil <= asked.At.Ticks;
    }
}
