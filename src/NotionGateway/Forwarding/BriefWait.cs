using NotionGateway.FlowControl.Attempts;
using NotionGateway.Forwarding.Leaks;

namespace NotionGateway.Forwarding;

/// <summary>
/// Reads the body of a 429 or 529, for a moment only. The head alone asks for a pause; the body tells how much is paused.
/// </summary>
internal static class BriefWait
{
    /// <summary>What is read; the default if it did not come within the moment, broke off, or the attempt ended first: the head still counts.</summary>
    /// <param name="read">Reads the body.</param>
    /// <param name="waiting">Called if the body has not come together with its head.</param>
    /// <param name="time">Counts the moment.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<T?> ForAsync<T>(Func<CancellationToken, Task<T>> read, Action waiting, TimeProvider time, CancellationToken cancellationToken)
    {
        using var moment = new CancellationTokenSource(RateLimitFeedback.BodyWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(moment.Token, cancellationToken);
        try
        {
            var reading = read(either.Token);
            if (!reading.IsCompleted)
            {
                waiting();
            }

            return await reading;
        }
        catch (Exception exception) when (exception is (IOException and not TokenLeakException) or HttpRequestException or OperationCanceledException)
        {
            return default;
        }
    }
}
