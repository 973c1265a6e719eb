using System.Text.Json.Nodes;
using NotionSandbox.Requests;
using NotionSandbox.Uploads;

namespace NotionSandbox.Blocks;

/// <summary>The inside of a block as callers may write it, made into what Notion shows. Unknown fields are kept as they are.</summary>
internal static class BlockContent
{
    /// <param name="type">The block's type.</param>
    /// <param name="before">What it held until now.</param>
    /// <param name="sent">What the caller sent for the type.</param>
    /// <param name="path">Where it is in the body.</param>
    /// <param name="call">The call it came with.</param>
    public static JsonObject Merge(string type, JsonObject before, JsonObject sent, string path, Call call)
    {
        var content = before.DeepClone().AsObject();
        foreach (var (name, value) in sent)
        {
            content[name] = name switch
            {
                "children" => null,
                "rich_text" or "caption" => RichText.Read(value, $"{path}.{name}", call),
                "cells" => Cells(value, $"{path}.{name}", call),
                _ => value?.DeepClone(),
            };
        }

        content.Remove("children");
        return type is "image" or "video" or "pdf" or "file" or "audio" ? FileReferences.Resolve(content, call) : content;
    }

    private static JsonArray Cells(JsonNode? cells, string path, Call call) =>
        cells is JsonArray rows ? new JsonArray([.. rows.Select((cell, index) => RichText.Read(cell, $"{path}[{index}]", call))]) : [];
}
