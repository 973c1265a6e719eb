using System.Text.Json;
using NotionGateway.Caching.Tags;

namespace NotionGateway.Webhooks.Events;

/// <summary>One of Notion's events, as far as it says what has changed. Its members are those of Notion's version 2025-09-03.</summary>
internal sealed record WebhookEvent
{
    /// <summary>The same for each delivery of it.</summary>
    public required UInt128 Id { get; init; }

    public required string Type { get; init; }

    public required UInt128 Workspace { get; init; }

    /// <summary>When it happened; null if it does not say so.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The number of the delivery, counted from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>What it is about; null if it does not say so.</summary>
    public UInt128? Entity { get; init; }

    /// <summary>Where that is.</summary>
    public (string Type, UInt128 Id)? Parent { get; init; }

    /// <summary>The data source that it is in, where <see cref="Parent"/> is its database.</summary>
    public UInt128? DataSource { get; init; }

    /// <summary>The page that a comment is on.</summary>
    public UInt128? Page { get; init; }

    /// <summary>Blocks and rows that have changed in it.</summary>
    public IReadOnlyList<UInt128> Updated { get; init; } = [];

    /// <summary>Reads a body; null if it is no event.</summary>
    public static WebhookEvent? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (Text(root, "id") is not { } id || Text(root, "type") is not { } type || Text(root, "workspace_id") is not { } workspace)
            {
                return null;
            }

            var data = Member(root, "data");
            var parent = Member(data, "parent");
            return new WebhookEvent
            {
                Id = Tag.IdOf(id),
                Type = type,
                Workspace = Tag.IdOf(workspace),
                At = Text(root, "timestamp") is { } at && DateTimeOffset.TryParse(
                    at, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time : null,
                Attempt = Member(root, "attempt_number") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var attempt) ? attempt : 1,
                Entity = IdOf(Member(root, "entity"), "id"),
                Parent = Text(parent, "type") is { } kind && IdOf(parent, "id") is { } on ? (kind, on) : null,
                DataSource = IdOf(parent, "data_source_id"),
                Page = IdOf(data, "page_id"),
                Updated = [.. Items(data, "updated_blocks").Append(Member(data, "target")).Select(item => IdOf(item, "id")).OfType<UInt128>()],
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter: half a surrogate pair or bytes that are no UTF-8.
            return null;
        }
    }

    /// <summary>The token of Notion's first request to a new subscription; null if the body is anything else.</summary>
    public static string? VerificationToken(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return Text(json.RootElement, "verification_token");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonElement Member(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var member) ? member : default;

    private static IEnumerable<JsonElement> Items(JsonElement from, string name) =>
        Member(from, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : Enumerable.Empty<JsonElement>();

    private static string? Text(JsonElement from, string name) => Member(from, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static UInt128? IdOf(JsonElement from, string name) => Text(from, name) is { } text ? Tag.IdOf(text) : null;
}
