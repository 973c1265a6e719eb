using NotionGateway.Access.Targets;
using NotionGateway.Notion;

namespace NotionGateway.Bodies;

/// <summary>What a granted request must still satisfy before it may wait for a permit: its Notion-Version and its kind of body.</summary>
internal static class BodyRules
{
    /// <summary>The longest body of a read or a deletion that is looked at; what is longer is no mistake of a client library.</summary>
    public const int LongestEmptyBody = RequestHead.LongestEmptyBody;

    public static Refusal? Check(BodiesOptions options, NotionOperation operation, string? version, string? contentType, bool hasBody)
    {
        if (version is not null && options.AllowedNotionVersions is { } allowed && !allowed.Contains(version, StringComparer.Ordinal))
        {
            return new Refusal(RefusalReason.VersionNotAllowed, $"This gateway accepts only Notion-Version {string.Join(", ", allowed)}.");
        }

        var wanted = operation.Body == BodyKind.Multipart ? "multipart/form-data" : "application/json";
        return hasBody && !IsKind(contentType, wanted, required: operation.Body == BodyKind.Multipart)
            ? new Refusal(RefusalReason.UnsupportedMediaType, $"{operation.Name} requires a body of type {wanted}.")
            : null;
    }

    /// <summary>Whether it is an object or a list with nothing in it.</summary>
    public static bool IsEmptyJson(ReadOnlySpan<byte> body)
    {
        var text = body.Trim(" \t\r\n"u8);
        return text.Length >= 2 && (text[0], text[^1]) is ((byte)'{', (byte)'}') or ((byte)'[', (byte)']') && text[1..^1].Trim(" \t\r\n"u8).IsEmpty;
    }

    /// <summary>Whether the caller asks for server-sent events and the operation can respond with them.</summary>
    public static bool StreamsResponse(NotionOperation operation, string? accept) =>
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
