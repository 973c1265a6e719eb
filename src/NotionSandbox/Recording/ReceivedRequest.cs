using NotionSandbox.Connections;
using NotionSandbox.Requests;
using NotionSandbox.Wire;

namespace NotionSandbox.Recording;

/// <summary>A request as it came over the wire, and what became of it. It is listed as soon as its head is here; the rest fills in.</summary>
internal sealed class ReceivedRequest(long number, DateTimeOffset at, string method, string target, byte[] head)
{
    private volatile Outcome? _outcome;
    private IReadOnlyList<KeyValuePair<string, string>>? _headers;

    public long Number => number;

    public DateTimeOffset At => at;

    public string Method => method;

    /// <summary>Path and query exactly as sent.</summary>
    public string Target => target;

    /// <summary>The headers in the order, the spelling and the number in which they were sent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers => _headers ??= RawHead.Headers(head);

    /// <summary>Null when the token is no connection's.</summary>
    public Connection? Connection { get; init; }

    /// <summary>The start of the body, as far as bodies are kept.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    public long BodyLength { get; set; }

    /// <summary>Over the whole body, in lower-case hex; null while bodies are not kept.</summary>
    public string? BodySha256 { get; set; }

    public Outcome? Outcome
    {
        get => _outcome;
        set => _outcome = value;
    }

    /// <summary>The status that was answered; null while the request is under way, 0 when the connection was cut before one.</summary>
    public int? Status => _outcome?.Status;

    /// <summary>The bearer token, whether it is known or not.</summary>
    public string? Token => Header("Authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim() : null;

    /// <summary>The client id and client secret of a call to an OAuth endpoint, whether they are known or not.</summary>
    public BasicCredentials? Client => BasicCredentials.Read(Header("Authorization"));

    public int Weight => head.Length + target.Length + Body.Length + 200;

    /// <summary>The first header of that name; null when there is none.</summary>
    public string? Header(string name) =>
        Headers.FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
}
