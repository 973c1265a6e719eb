using System.Globalization;
using System.Text.Json.Nodes;
using NotionSandbox.Blocks;
using NotionSandbox.Json;
using NotionSandbox.Properties;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Queries;

/// <summary>Values of properties as plain text, numbers and dates, for comparing.</summary>
internal static class PropertyReading
{
    public static string Text(SchemaProperty property, Entry page)
    {
        var value = PropertyValues.Of(property, page);
        return property.Type switch
        {
            "title" or "rich_text" => RichText.PlainText(value),
            "select" or "status" => value.Text("name") ?? "",
            "multi_select" or "files" => string.Join(',', Names(value)),
            "created_by" or "last_edited_by" => value.Text("id") ?? "",
            "checkbox" => value.Flag() == true ? "true" : "false",
            _ => value.Text() ?? "",
        };
    }

    public static double? Number(SchemaProperty property, Entry page)
    {
        var value = PropertyValues.Of(property, page);
        return property.Type == "unique_id" ? value?["number"].Number() : value.Number();
    }

    public static DateTimeOffset? Date(SchemaProperty property, Entry page) => property.Type switch
    {
        "created_time" => page.Created,
        "last_edited_time" => page.Edited,
        _ => ParseDate(PropertyValues.Of(property, page).Text("start")),
    };

    /// <summary>What a list holds: the names of options, the ids of people and pages.</summary>
    public static IReadOnlyList<string> Members(SchemaProperty property, Entry page)
    {
        var value = PropertyValues.Of(property, page);
        return property.Type switch
        {
            "multi_select" => [.. Names(value)],
            "created_by" or "last_edited_by" => [value.Text("id") ?? ""],
            _ => [.. (value as JsonArray ?? []).Select(item => item.Text("id") ?? "")],
        };
    }

    public static DateTimeOffset? ParseDate(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    private static IEnumerable<string> Names(JsonNode? value) => (value as JsonArray ?? []).Select(item => item.Text("name") ?? "");
}
