using System.Runtime.InteropServices;

namespace NotionGateway.Operator.Status;

/// <summary>What became of some requests, in numbers that can be added.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Use
{
    public long Requests { get; init; }

    /// <summary>Requests sent to Notion: permits.</summary>
    public long Sent { get; init; }

    /// <summary>Those that got a stored response.</summary>
    public long FromMemory { get; init; }

    /// <summary>Those that shared the response to an identical one.</summary>
    public long Joined { get; init; }

    /// <summary>Those that Notion answered with a 5xx, or not at all.</summary>
    public long Failed { get; init; }

    /// <summary>Those that the gateway answered with a 429 of its own.</summary>
    public long TurnedAway { get; init; }

    /// <summary>Those that the gateway itself could not handle.</summary>
    public long Defects { get; init; }

    public TimeSpan Notion { get; init; }

    public TimeSpan SlowestNotion { get; init; }

    /// <summary>Neither in the queue, nor at Notion, nor in a pause before another attempt.</summary>
    public TimeSpan Own { get; init; }

    public static Use operator +(in Use one, in Use other) => new()
    {
        Requests = one.Requests + other.Requests,
        Sent = one.Sent + other.Sent,
        FromMemory = one.FromMemory + other.FromMemory,
        Joined = one.Joined + other.Joined,
        Failed = one.Failed + other.Failed,
        TurnedAway = one.TurnedAway + other.TurnedAway,
        Defects = one.Defects + other.Defects,
        Notion = one.Notion + other.Notion,
        SlowestNotion = MonotonicTime.Later(one.SlowestNotion, other.SlowestNotion),
        Own = one.Own + other.Own,
    };
}

/// <summary>Sums of the last 60 seconds, in slots of 5 seconds each. A slot holds only so many keys; what exceeds them is not counted.</summary>
internal sealed class RecentUse<TKey>(int mostKeys, TimeProvider time)
    where TKey : notnull
{
    private const int Slots = 12;

    private static readonly TimeSpan SlotLength = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Use>[] _slots = [.. Enumerable.Range(0, Slots).Select(_ => new Dictionary<TKey, Use>())];
    private readonly long[] _numbers = [.. Enumerable.Repeat(-1L, Slots)];

    public void Add(TKey key, in Use use)
    {
        var number = Number();
        lock (_gate)
        {
            var slot = _slots[number % Slots];
            if (_numbers[number % Slots] != number)
            {
                _numbers[number % Slots] = number;
                slot.Clear();
            }

            if (slot.Count < mostKeys || slot.ContainsKey(key))
            {
                ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(slot, key, out _);
                sum += use;
            }
        }
    }

    public IReadOnlyDictionary<TKey, Use> Sums()
    {
        var oldest = Number() - Slots;
        var sums = new Dictionary<TKey, Use>();
        lock (_gate)
        {
            for (var index = 0; index < Slots; index++)
            {
                foreach (var (key, use) in _numbers[index] > oldest ? _slots[index] : [])
                {
                    sums[key] = sums.GetValueOrDefault(key) + use;
                }
            }
        }

        return sums;
    }

    private long Number() => time.Monotonic().Ticks / SlotLength.Ticks;
}
