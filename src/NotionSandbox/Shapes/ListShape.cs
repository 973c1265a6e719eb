using System.Text.Json.Nodes;
using NotionSandbox.Requests;
using NotionSandbox.Responses;

namespace NotionSandbox.Shapes;

/// <summary>Lists as JSON: one page of results, the way to the next, and the name of what is in it.</summary>
internal static class ListShape
{
    public static JsonResponse Of<T>(Slice<T> slice, string type, Func<T, JsonNode> item, JsonNode? typeDetails = null) => new(new JsonObject
    {
        ["object"] = "list",
        ["results"] = new JsonArray([.. slice.Items.Select(item)]),
        ["next_cursor"] = slice.Next,
        ["has_more"] = slice.HasMore,
        ["type"] = type,
        [type] = typeDetails ?? new JsonObject(),
    });
}
