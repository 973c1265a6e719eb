namespace NotionGateway.Bodies;

/// <summary>Reads a small body whole, within a time; for listeners and operations whose bodies have a few members.</summary>
internal static class WholeBody
{
    /// <summary>The bytes, or why there are none. Throws if the caller has hung up.</summary>
    public static async Task<(ReadOnlyMemory<byte> Bytes, Refusal? Refusal)> ReadAsync(HttpContext context, int most, TimeSpan timeout, TimeProvider time)
    {
        if (context.Features.Get<CallerBody>() is not { } body)
        {
            return (default, null);
        }

        body.Most = most;
        using var slow = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, context.RequestAborted);
        using var read = new MemoryStream();
        try
        {
            await body.CopyToAsync(read, either.Token);
            return (read.GetBuffer().AsMemory(0, (int)read.Length), null);
        }
        catch (CallerBodyException exception) when (exception.Fault != BodyFault.HungUp)
        {
            return (default, exception.Refusal);
        }
        catch (OperationCanceledException) when (slow.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            return (default, new Refusal(RefusalReason.MalformedRequest, $"The request body did not arrive within {timeout:c}."));
        }
    }
}
