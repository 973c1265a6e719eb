using System.Collections.Concurrent;
using NotionGateway.Settings;

namespace NotionGateway.Bodies;

/// <summary>
/// Bounds the memory that all request bodies take together. When it is used up, it is taken from the caller that holds most over its share.
/// </summary>
internal sealed class BodyBudget(LimitsOptions limits, WaitingBodies waiting)
{
    private readonly ConcurrentDictionary<BufferedBody, bool> _reading = new();
    private long _taken;

    /// <summary>Frees memory that can be done without, before any body is taken away; false if there is none.</summary>
    public Func<long, bool>? Spare { get; set; }

    public long Taken => Volatile.Read(ref _taken);

    /// <summary>From now on the body's memory may be taken away.</summary>
    public void Reading(BufferedBody body) => _reading[body] = true;

    public void HasRead(BufferedBody body) => _reading.TryRemove(body, out _);

    public bool TryTake(int bytes, string caller, double weight)
    {
        while (!TryAdd(bytes))
        {
            if (Spare?.Invoke(bytes) == true)
            {
                continue;
            }

            if (!BodyRelief.TryFree(caller, weight, bytes, Reading(), waiting()))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes what nobody else has or what is spare, for memory that can be done without: no caller's body makes room for it.</summary>
    public bool TryTakeFree(int bytes)
    {
        while (!TryAdd(bytes))
        {
            if (Spare?.Invoke(bytes) != true)
            {
                return false;
            }
        }

        return true;
    }

    public void GiveBack(int bytes) => Interlocked.Add(ref _taken, -bytes);

    private bool TryAdd(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= limits.MaxBufferedBytes)
        {
            return true;
        }

        GiveBack(bytes);
        return false;
    }

    private IEnumerable<HeldBody> Reading() => _reading
        .Select(pair => pair.Key)
        .Select(body => new HeldBody(body.Caller, body.Weight, body.Held, () => body.TakeAway()));
}
