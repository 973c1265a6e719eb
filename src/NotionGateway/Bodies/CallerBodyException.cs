namespace NotionGateway.Bodies;

/// <summary>How a caller's body ended before its end.</summary>
internal enum BodyFault
{
    /// <summary>The caller hung up: nobody is there to be answered.</summary>
    HungUp,

    /// <summary>It is longer than is taken here; what is left of it can still be read.</summary>
    TooLarge,

    /// <summary>It came more slowly than the server allows.</summary>
    TooSlow,

    /// <summary>Its framing is wrong.</summary>
    Malformed,
}

/// <summary>The one exception for everything that everyday callers do to their bodies.</summary>
internal sealed class CallerBodyException(BodyFault fault, long most, Exception? cause) : IOException($"The caller's body could not be read: {fault}.", cause)
{
    public BodyFault Fault => fault;

    /// <summary>What the caller is told, if it is still there.</summary>
    public Refusal Refusal => fault switch
    {
        BodyFault.TooLarge => TooLarge(most),
        BodyFault.TooSlow => new Refusal(RefusalReason.MalformedRequest, "The request body came too slowly."),
        BodyFault.HungUp => new Refusal(RefusalReason.MalformedRequest, "The request body broke off before its end."),
        _ => new Refusal(RefusalReason.MalformedRequest, "The request body could not be read: its framing is wrong."),
    };

    public static Refusal TooLarge(long most) => new(RefusalReason.BodyTooLarge, $"The request body is larger than the {most} bytes that this gateway takes here.");
}
