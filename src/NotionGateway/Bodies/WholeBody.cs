namespace NotionGateway.Bodies;

/// <summary>Reads a body whole, within a time, or says why not: the one way for all listeners.</summary>
internal static class WholeBody
{
    private static readonly Refusal NoMemory = new(RefusalReason.Overloaded, "The gateway is out of request-buffer memory. Try again shortly.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    /// <summary>The bytes of a small body, or why there are none; for operations whose bodies have a few members. Throws if the caller has hung up.</summary>
    public static async Task<(ReadOnlyMemory<byte> Bytes, Refusal? Refusal)> ReadAsync(
        CallerBody? body, int most, TimeSpan timeout, TimeProvider time, CancellationToken callerGone)
    {
        if (body is null)
        {
            return default;
        }

        body.Most = most;
        using var read = new MemoryStream();
        var refusal = await WithinAsync(
            (body, read),
            static async (copy, stop) =>
            {
                await copy.body.CopyToAsync(copy.read, stop);
                return null;
            },
            timeout,
            time,
            callerGone,
            CancellationToken.None);
        return refusal is null ? (read.GetBuffer().AsMemory(0, (int)read.Length), null) : (default, refusal);
    }

    /// <summary>Reads a body into borrowed memory. Throws if the caller has hung up.</summary>
    public static Task<Refusal?> ReadAsync(
        CallerBody from, BufferedBody into, long most, TimeSpan timeout, TimeProvider time, CancellationToken callerGone) => WithinAsync(
        (from, into, most),
        static async (fill, stop) => await fill.into.FillAsync(fill.from, fill.from.Announced, fill.most, stop) switch
        {
            BodyReading.TooLarge => CallerBodyException.TooLarge(fill.most),
            BodyReading.NoMemory => NoMemory,
            _ => null,
        },
        timeout,
        time,
        callerGone,
        into.Taken);

    private static async Task<Refusal?> WithinAsync<TRead>(
        TRead read,
        Func<TRead, CancellationToken, Task<Refusal?>> readAsync,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken callerGone,
        CancellationToken taken)
    {
        using var slow = new CancellationTokenSource(timeout, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, callerGone, taken);
        try
        {
            return await readAsync(read, any.Token);
        }
        catch (CallerBodyException exception) when (exception.Fault != BodyFault.HungUp)
        {
            return exception.Refusal;
        }
        catch (OperationCanceledException) when (slow.IsCancellationRequested && !callerGone.IsCancellationRequested)
        {
            return new Refusal(RefusalReason.MalformedRequest, $"The request body did not arrive within {timeout:c}.");
        }
    }
}
