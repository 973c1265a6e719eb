using NotionGateway.Notion;

namespace NotionGateway.Forwarding;

/// <summary>What a granted request must still satisfy before it may wait for a turn: its Notion-Version and its kind of body.</summary>
internal static class IntakeRules
{
    public static Refusal? Check(ForwardingOptions options, NotionOperation operation, string? version, string? contentType, bool hasBody)
    {
        if (version is not null && options.AllowedNotionVersions is { } allowed && !allowed.Contains(version, StringComparer.Ordinal))
        {
            return new Refusal(RefusalReason.VersionNotAllowed, $"This gateway allows the Notion-Version {string.Join(", ", allowed)}.");
        }

        var wanted = operation.Body == BodyKind.Multipart ? "multipart/form-data" : "application/json";
        return hasBody && !IsKind(contentType, wanted, required: operation.Body == BodyKind.Multipart)
            ? new Refusal(RefusalReason.UnsupportedMediaType, $"{operation.Name} takes a body of type {wanted}.")
            : null;
    }

    public static Refusal TooLarge(long most) => new(RefusalReason.BodyTooLarge, $"The request body is larger than the {most} bytes that this gateway takes here.");

    /// <summary>Whether the caller asks for server-sent events and the operation can answer with them.</summary>
    public static bool StreamsAnswer(NotionOperation operation, string? accept) =>
        operation.MayStream && accept is not null && accept.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);

    private static bool IsKind(string? contentType, string wanted, bool required)
    {
        if (string.IsNullOrWhiteSpace(contentType))
        {
            return !required;
        }

        var semicolon = contentType.IndexOf(';', StringComparison.Ordinal);
        return (semicolon < 0 ? contentType : contentType.AsSpan(0, semicolon)).Trim().Equals(wanted, StringComparison.OrdinalIgnoreCase);
    }
}
