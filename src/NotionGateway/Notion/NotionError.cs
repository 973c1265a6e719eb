using System.Text.Json;

namespace NotionGateway.Notion;

/// <summary>What an error response from Notion says, as far as the gateway acts on it. Every part may be missing: edges and proxies respond too.</summary>
internal sealed record NotionError
{
    public static readonly NotionError Unknown = new();

    public string? Message { get; init; }

    public string? RequestId { get; init; }

    /// <summary><c>additional_data.rate_limit_reason</c>.</summary>
    public string? LimitReason { get; init; }

    /// <summary><c>additional_data.retry_after</c>, as it was written.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Whether Notion says that it has saved something, or how to continue: that request must not be repeated.</summary>
    public bool HasGuidance { get; init; }

    public static NotionError Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            var more = Member(root, "additional_data");
            return new NotionError
            {
                Message = Text(Member(root, "message")),
                RequestId = Text(Member(root, "request_id")),
                LimitReason = Text(Member(more, "rate_limit_reason")),
                RetryAfter = Text(Member(more, "retry_after")),
                HasGuidance = Member(more, "committed_resource_id") is not null || Member(more, "retry_guidance") is not null,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter for a text that is no valid UTF-8 or UTF-16.
            return Unknown;
        }
    }

    /// <summary>The code that SDKs expect with a status; of those that every SDK knows.</summary>
    public static string CodeOf(int status) => status switch
    {
        400 => "validation_error",
        401 => "unauthorized",
        403 => "restricted_resource",
        404 => "object_not_found",
        409 => "conflict_error",
        429 => "rate_limited",
        502 or 503 or 504 or 529 => "service_unavailable",
        < 500 => "invalid_request",
        _ => "internal_server_error",
    };

    /// <summary>An error in Notion's own shape.</summary>
    public static byte[] Write(int status, string message, string requestId) => JsonSerializer.SerializeToUtf8Bytes(
        new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["object"] = "error",
            ["status"] = status,
            ["code"] = CodeOf(status),
            ["message"] = message,
            ["request_id"] = requestId,
        });

    private static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>Numbers come as texts and now and then as numbers; a list of texts counts as its first.</summary>
    private static string? Text(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() > 0 => Text(list[0]),
        _ => null,
    };
}
