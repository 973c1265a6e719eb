using System.Collections.Concurrent;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.Bodies;

/// <summary>
/// Bounds the memory that all request bodies take together. When it is used up, it is taken from the caller that holds most over its share.
/// </summary>
internal sealed class BodyBudget(LimitsOptions limits, QueueRelief relief)
{
    private readonly ConcurrentDictionary<RequestBody, bool> _reading = new();
    private long _taken;

    public long Taken => Volatile.Read(ref _taken);

    /// <summary>From now on the body's memory may be taken away.</summary>
    public void Reading(RequestBody body) => _reading[body] = true;

    public void HasRead(RequestBody body) => _reading.TryRemove(body, out _);

    public bool TryTake(int bytes, string caller, double weight)
    {
        while (Interlocked.Add(ref _taken, bytes) > limits.MaxBufferedBytes)
        {
            GiveBack(bytes);
            if (!relief.TryFree(caller, weight, bytes, _reading.Select(pair => pair.Key).Select(body => new HeldBody(body.Caller, body.Weight, body.Held, () => body.TakeAway()))))
            {
                return false;
            }
        }

        return true;
    }

    public void GiveBack(int bytes) => Interlocked.Add(ref _taken, -bytes);
}
