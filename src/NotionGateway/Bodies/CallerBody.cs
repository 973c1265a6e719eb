using System.IO.Pipelines;

namespace NotionGateway.Bodies;

/// <summary>
/// A request's body as it comes from its caller. A read that is given up leaves it readable, so that the rest can be discarded later,
/// and whatever goes wrong with it is a <see cref="CallerBodyException"/>.
/// </summary>
internal sealed class CallerBody(PipeReader reader, long? announced, TimeProvider time, CancellationToken callerGone) : ReadOnlyStream
{
    /// <summary>A connection that closes shows in the body first, and in the token a moment later.</summary>
    private static readonly TimeSpan HangUpGrace = TimeSpan.FromMilliseconds(200);

    // An attempt that was given up may still be on its way out of a read when the next one begins.
    private readonly SemaphoreSlim _oneReader = new(1, 1);

    /// <summary>The length that the caller announced; null if it comes in chunks.</summary>
    public long? Announced => announced;

    public long Received { get; private set; }

    /// <summary>The most bytes that may be read before it is too large.</summary>
    public long Most { get; set; } = long.MaxValue;

    /// <summary>Whether anybody has asked for it: until then a caller that expects <c>100 Continue</c> waits.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether all of it has been read.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>What went wrong with it; null if nothing did. Only what is too large can be read on.</summary>
    public CallerBodyException? Failure { get; private set; }

    public bool HungUp => Failure?.Fault == BodyFault.HungUp;

    /// <summary>The failure after which nothing can be read any more.</summary>
    private CallerBodyException? Broken => Failure is { Fault: not BodyFault.TooLarge } failure ? failure : null;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _oneReader.WaitAsync(cancellationToken);
        try
        {
            return await TakeAsync(buffer, cancellationToken);
        }
        finally
        {
            _oneReader.Release();
        }
    }

    /// <summary>Throws away what has already come, up to a bound and without waiting for more; whether that was the end of it.</summary>
    public bool TryFinish(long most)
    {
        if (IsComplete || Broken is not null || !_oneReader.Wait(0, CancellationToken.None))
        {
            return IsComplete;
        }

        try
        {
            HasBegun = true;
            for (var end = Received + most; !IsComplete && Received <= end && reader.TryRead(out var result);)
            {
                Received += result.Buffer.Length;
                IsComplete = result.IsCompleted;
                reader.AdvanceTo(result.Buffer.End);
            }
        }
        catch (Exception exception) when (IsEveryday(exception))
        {
            Failure = new CallerBodyException(BodyFault.HungUp, Most, exception);
        }
        finally
        {
            _oneReader.Release();
        }

        return IsComplete;
    }

    private async ValueTask<int> TakeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (Broken is { } broken)
        {
            throw new CallerBodyException(broken.Fault, Most, broken);
        }

        if (announced > Most)
        {
            throw TooLarge();
        }

        HasBegun = true;
        while (!IsComplete)
        {
            var result = await NextAsync(cancellationToken);
            var length = (int)Math.Min(buffer.Length, result.Buffer.Length);
            if (length == 0 && !result.IsCompleted)
            {
                // Given up, or asked only whether something is there.
                var some = !result.Buffer.IsEmpty;
                reader.AdvanceTo(result.Buffer.Start);
                cancellationToken.ThrowIfCancellationRequested();
                if (some)
                {
                    return 0;
                }

                continue;
            }

            var taken = result.Buffer.Slice(0, length);
            System.Buffers.BuffersExtensions.CopyTo(taken, buffer.Span);
            IsComplete = result.IsCompleted && length == result.Buffer.Length;
            reader.AdvanceTo(taken.End);
            Received += length;
            return Received > Most ? throw TooLarge() : length;
        }

        return 0;
    }

    private async ValueTask<ReadResult> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (reader.TryRead(out var there))
            {
                return there;
            }

            // The token itself would leave the server's reader in the middle of a read for ever.
            await using var giveUp = cancellationToken.UnsafeRegister(static state => ((PipeReader?)state)?.CancelPendingRead(), reader);
            return await reader.ReadAsync(CancellationToken.None);
        }
        catch (Exception exception) when (IsEveryday(exception))
        {
            Failure = new CallerBodyException(await FaultOfAsync(exception), Most, exception);
            throw Failure;
        }
    }

    private CallerBodyException TooLarge() => Failure = new CallerBodyException(BodyFault.TooLarge, Most, cause: null);

    private static bool IsEveryday(Exception exception) => exception is IOException or OperationCanceledException;

    private async ValueTask<BodyFault> FaultOfAsync(Exception exception)
    {
        if (callerGone.IsCancellationRequested)
        {
            return BodyFault.HungUp;
        }

        if (CallerBodyFeature.FaultOf(exception, lengthIsKnown: announced is not null) is { } fault)
        {
            return fault;
        }

        await Task.Delay(HangUpGrace, time, callerGone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return callerGone.IsCancellationRequested ? BodyFault.HungUp : BodyFault.Malformed;
    }
}
