using NotionGateway.FlowControl;

namespace NotionGateway.Forwarding;

/// <summary>
/// Bounds the memory that all request bodies take together. When it is used up, it is taken from the caller that holds most over its share.
/// </summary>
internal sealed class BodyBudget(LimitsOptions limits, QueueRelief relief)
{
    private long _taken;

    public long Taken => Volatile.Read(ref _taken);

    public bool TryTake(int bytes, string caller, double weight)
    {
        while (Interlocked.Add(ref _taken, bytes) > limits.MaxBufferedBytes)
        {
            GiveBack(bytes);
            if (!relief.TryFree(caller, weight, bytes))
            {
                return false;
            }
        }

        return true;
    }

    public void GiveBack(int bytes) => Interlocked.Add(ref _taken, -bytes);
}
