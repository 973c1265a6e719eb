using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Properties;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Queries;

/// <summary>Whether a condition holds for a row, by the kind of the property that it is about.</summary>
internal static class Conditions
{
    public static bool Holds(SchemaProperty property, string name, JsonNode? operand, Entry page, Call call) => property.Type switch
    {
        "number" or "unique_id" => Numbers(PropertyReading.Number(property, page), name, operand.Number()),
        "date" or "created_time" or "last_edited_time" => DateConditions.Hold(PropertyReading.Date(property, page), name, operand, call.Now),
        "multi_select" or "people" or "relation" or "created_by" or "last_edited_by" or "files" =>
            Members(PropertyReading.Members(property, page), name, operand.Text() == "me" ? call.UserId : operand.Text()),
        _ => Texts(PropertyReading.Text(property, page), name, operand.Flag() is { } flag ? (flag ? "true" : "false") : operand.Text() ?? ""),
    };

    private static bool Texts(string value, string name, string operand) => name switch
    {
        "equals" => value == operand,
        "does_not_equal" => value != operand,
        "contains" => value.Contains(operand, StringComparison.OrdinalIgnoreCase),
        "does_not_contain" => !value.Contains(operand, StringComparison.OrdinalIgnoreCase),
        "starts_with" => value.StartsWith(operand, StringComparison.OrdinalIgnoreCase),
        "ends_with" => value.EndsWith(operand, StringComparison.OrdinalIgnoreCase),
        "is_empty" => value.Length == 0,
        "is_not_empty" => value.Length > 0,
        _ => throw Unknown(name),
    };

    private static bool Numbers(double? value, string name, double? operand) => name switch
    {
        "equals" => value.Equals(operand),
        "does_not_equal" => !value.Equals(operand),
        "greater_than" => value > operand,
        "less_than" => value < operand,
        "greater_than_or_equal_to" => value >= operand,
        "less_than_or_equal_to" => value <= operand,
        "is_empty" => value is null,
        "is_not_empty" => value is not null,
        _ => throw Unknown(name),
    };

    private static bool Members(IReadOnlyList<string> members, string name, string? operand) => name switch
    {
        "contains" => members.Any(member => member == (operand ?? "")),
        "does_not_contain" => !members.Any(member => member == (operand ?? "")),
        "is_empty" => members.Count == 0,
        "is_not_empty" => members.Count > 0,
        _ => throw Unknown(name),
    };

    public static Refusal Unknown(string name) => Refusal.Validation($"body failed validation: `{name}` is not a condition that this property has.");
}
