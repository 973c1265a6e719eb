namespace NotionGateway.Bodies;

/// <summary>How a request's body, and the response to it, pass through.</summary>
internal enum RequestMode
{
    /// <summary>The body is in memory, or there is none; the response has a deadline.</summary>
    Whole,

    /// <summary>The body comes from the caller while it goes to Notion.</summary>
    Upload,

    /// <summary>The body is in memory, or there is none; the response is passed on as it comes, without a deadline.</summary>
    Stream,
}

/// <summary>The body of a request, as this stage has taken it in.</summary>
/// <param name="Mode">How it passes through.</param>
/// <param name="Buffered">The body in memory; null if there is none or if it is an upload.</param>
/// <param name="Upload">The body that is still to come; null if it is no upload.</param>
internal sealed record RequestBody(RequestMode Mode, BufferedBody? Buffered = null, CallerBody? Upload = null)
{
    private static readonly RequestBody NoneWhole = new(RequestMode.Whole);
    private static readonly RequestBody NoneStream = new(RequestMode.Stream);

    public int Length => Buffered?.Length ?? 0;

    /// <summary>Whether it can be sent again: it is in memory, or nothing of it has come yet.</summary>
    public bool CanBeRepeated => Upload is not { Received: > 0 };

    /// <summary>There is no body.</summary>
    public static RequestBody None(bool streamsResponse) => streamsResponse ? NoneStream : NoneWhole;
}
