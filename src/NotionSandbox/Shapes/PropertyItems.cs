using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Properties;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Shapes;

/// <summary>A single property of a page: a single item, or a list that is paged through one element at a time.</summary>
internal static class PropertyItems
{
    public static SandboxResponse Answer(Entry page, SchemaProperty property, Call call)
    {
        var shown = PropertyValues.Show(property, page, call);
        if (!PropertyTypes.IsList(property.Type))
        {
            return new JsonResponse(Item(property, shown[property.Type]?.DeepClone()));
        }

        var elements = shown.List(property.Type)!.ToList();
        var slice = Paging.OfQuery(call).Cut(elements, $"{page.Id}/{property.Key}");
        var details = new JsonObject
        {
            ["id"] = property.Id,
            ["next_url"] = slice.Next is null ? null : $"https://api.notion.com/v1/pages/{page.Id}/properties/{property.Id}?start_cursor={slice.Next}",
            ["type"] = property.Type,
            [property.Type] = new JsonObject(),
        };
        return ListShape.Of(slice, "property_item", element => Item(property, element?.DeepClone()), details);
    }

    private static JsonObject Item(SchemaProperty property, JsonNode? value) => new()
    {
        ["object"] = "property_item",
        ["type"] = property.Type,
        ["id"] = property.Id,
        [property.Type] = value,
    };
}
