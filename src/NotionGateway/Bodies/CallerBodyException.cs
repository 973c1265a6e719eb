namespace NotionGateway.Bodies;

/// <summary>How a caller's body ended early.</summary>
internal enum BodyFault
{
    /// <summary>The caller hung up: nobody is left to respond to.</summary>
    HungUp,

    /// <summary>It is longer than is accepted here; the rest can still be read.</summary>
    TooLarge,

    /// <summary>It came more slowly than the server allows.</summary>
    TooSlow,

    /// <summary>Its framing is wrong.</summary>
    Malformed,
}

/// <summary>The one exception for every ordinary failure of a caller's body.</summary>
internal sealed class CallerBodyException(BodyFault fault, long most, Exception? cause) : IOException($"The caller's body could not be read: {fault}.", cause)
{
    public BodyFault Fault => fault;

    /// <summary>The message for the caller, if it is still there.</summary>
    public Refusal Refusal => fault switch
    {
        BodyFault.TooLarge => TooLarge(most),
        BodyFault.TooSlow => new Refusal(RefusalReason.MalformedRequest, "The request body arrived too slowly."),
        BodyFault.HungUp => new Refusal(RefusalReason.MalformedRequest, "The request body ended early."),
        _ => new Refusal(RefusalReason.MalformedRequest, "The request body could not be read: its framing is invalid."),
    };

    public static Refusal TooLarge(long most) =>
        new(RefusalReason.BodyTooLarge, $"The request body is larger than the {most} bytes that this gateway accepts here.");
}
