namespace NotionGateway.Forwarding;

/// <summary>Bounds the memory that all request bodies take together, whoever sends them.</summary>
internal sealed class BodyBudget(LimitsOptions limits)
{
    private long _taken;

    public long Taken => Volatile.Read(ref _taken);

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= limits.MaxBufferedBytes)
        {
            return true;
        }

        GiveBack(bytes);
        return false;
    }

    public void GiveBack(int bytes) => Interlocked.Add(ref _taken, -bytes);
}
