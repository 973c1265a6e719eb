namespace NotionGateway.Notion;

/// <summary>What kind of body an operation takes: it decides whether the gateway reads it into memory or streams it.</summary>
internal enum BodyKind
{
    /// <summary>None; a request that carries one is malformed.</summary>
    None,

    /// <summary>JSON, read into memory before a permit is taken.</summary>
    Json,

    /// <summary>A file in parts, streamed.</summary>
    Multipart,
}

/// <summary>One operation of Notion's API: how it is called, and what may safely be done with a call.</summary>
/// <param name="Method">GET, POST, PATCH or DELETE.</param>
/// <param name="Template">The path with its ids in braces.</param>
/// <param name="Name">The name in logs, metrics and messages.</param>
/// <param name="Needs">The capabilities a caller must hold; all of them.</param>
/// <param name="Reads">Whether it changes nothing. Some reads are POST.</param>
/// <param name="Repeatable">Whether doing it twice ends as doing it once.</param>
/// <param name="Body">What kind of body it takes.</param>
/// <param name="MayStream">Whether the response may be a stream of server-sent events, if the caller accepts that.</param>
/// <param name="Cacheable">Whether it is known what the response depends on, so that it may be stored.</param>
internal sealed record NotionOperation(
    string Method,
    string Template,
    string Name,
    Capability Needs,
    bool Reads,
    bool Repeatable,
    BodyKind Body,
    bool MayStream = false,
    bool Cacheable = false)
{
    /// <summary>The name of spans; made once, since every request has one.</summary>
    public string Span { get; } = $"{Method} {Name}";

    public override string ToString() => $"{Method} {Template}";
}
