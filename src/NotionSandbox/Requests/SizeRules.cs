using System.Collections.Frozen;
using System.Text.Json.Nodes;
using NotionSandbox.Responses;

namespace NotionSandbox.Requests;

/// <summary>The bounds that Notion sets on JSON bodies beyond their size in bytes: how long lists and texts may be, and how many blocks.</summary>
internal static class SizeRules
{
    private const int MaxList = 100;
    private const int MaxBlocks = 1000;

    private static readonly FrozenSet<string> BoundedLists = new[]
    {
        "children", "content", "rich_text", "title", "caption", "description", "cells", "multi_select", "relation", "people",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, int> BoundedTexts = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["content"] = 2000,
        ["url"] = 2000,
        ["expression"] = 1000,
        ["email"] = 200,
        ["phone_number"] = 200,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static void Check(JsonObject body)
    {
        var blocks = 0;
        Walk(body, "body", isMarkdown: false, ref blocks);
        if (blocks > MaxBlocks)
        {
            throw Refusal.Validation($"body failed validation: body should hold at most `{MaxBlocks}` blocks, instead held `{blocks}`.");
        }
    }

    private static void Walk(JsonNode? node, string path, bool isMarkdown, ref int blocks)
    {
        if (node is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                Walk(list[i], $"{path}[{i}]", isMarkdown, ref blocks);
            }
        }
        else if (node is JsonObject fields)
        {
            foreach (var (name, value) in fields)
            {
                var here = $"{path}.{name}";
                blocks += name is "children" or "content" && value is JsonArray children ? children.Count : 0;
                CheckList(name, value, here);
                if (!isMarkdown)
                {
                    CheckText(name, value, here);
                }

                Walk(value, here, isMarkdown || name is "insert_content" or "replace_content_range", ref blocks);
            }
        }
    }

    private static void CheckList(string name, JsonNode? value, string path)
    {
        if (value is JsonArray list && list.Count > MaxList && BoundedLists.Contains(name))
        {
            throw TooLong(path, MaxList, list.Count);
        }
    }

    private static void CheckText(string name, JsonNode? value, string path)
    {
        if (value is JsonValue text && BoundedTexts.TryGetValue(name, out var bound) && text.TryGetValue<string>(out var written) && written.Length > bound)
        {
            throw TooLong(path, bound, written.Length);
        }
    }

    private static Refusal TooLong(string path, int bound, int actual) =>
        Refusal.Field($"{path}.length", $"be ≤ `{bound}`", actual);
}
