using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Properties;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Queries;

/// <summary>The order of a query's rows. Rows that are equal in every way asked for stay as they were created.</summary>
internal static class Sorting
{
    public static IEnumerable<Entry> Sort(IEnumerable<Entry> rows, JsonArray? sorts, Entry source)
    {
        IOrderedEnumerable<Entry>? sorted = null;
        foreach (var sort in sorts ?? [])
        {
            var key = Key(sort, source);
            var isDescending = sort.Text("direction") == "descending";
            sorted = (sorted, isDescending) switch
            {
                (null, false) => rows.OrderBy(key),
                (null, true) => rows.OrderByDescending(key),
                (_, false) => sorted.ThenBy(key),
                (_, true) => sorted.ThenByDescending(key),
            };
        }

        return sorted ?? rows;
    }

    private static Func<Entry, IComparable?> Key(JsonNode? sort, Entry source)
    {
        if (sort.Text("timestamp") is { } timestamp)
        {
            return row => timestamp == "created_time" ? row.Created : row.Edited;
        }

        var property = Schema.FindInSource(source, sort.Text("property") ?? "undefined");
        return property.Type switch
        {
            "number" or "unique_id" => row => PropertyReading.Number(property, row),
            "date" or "created_time" or "last_edited_time" => row => PropertyReading.Date(property, row),
            _ => row => PropertyReading.Text(property, row).ToUpperInvariant(),
        };
    }
}
