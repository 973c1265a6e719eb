namespace NotionGateway.Telemetry.Lines;

/// <summary>
/// Bounds the log lines that unauthenticated requests can cause: so many a second, and then one line that says how many
/// were left out. Metrics count them all.
/// </summary>
internal sealed class AnonymousLogLimiter(TimeProvider time)
{
    private const int LinesPerSecond = 10;

    private readonly Lock _counting = new();
    private long _second = long.MinValue;
    private int _written;
    private int _leftOut;

    /// <summary>Whether this line may be written, and how many were left out before it.</summary>
    public bool TryTake(out int leftOut)
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        lock (_counting)
        {
            leftOut = 0;
            if (second != _second)
            {
                (_second, _written) = (second, 0);
                (leftOut, _leftOut) = (_leftOut, 0);
            }

            if (_written >= LinesPerSecond)
            {
                _leftOut++;
                return false;
            }

            _written++;
            return true;
        }
    }
}
