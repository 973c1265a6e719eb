using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NotionSandbox.Markdown;

/// <summary>Markdown made into blocks, as a caller of the API would have written them. Tabs at the beginning of a line put it inside the one above.</summary>
internal static partial class MarkdownReader
{
    private const string Fence = "```";

    public static JsonArray Read(string markdown)
    {
        var lines = markdown.ReplaceLineEndings("\n").Split('\n');
        var levels = new List<JsonArray> { new() };
        for (var i = 0; i < lines.Length; i++)
        {
            var depth = Math.Min(lines[i].TakeWhile(letter => letter == '\t').Count(), levels.Count - 1);
            var line = lines[i].Trim();
            if (line.Length == 0 || IsChild(line))
            {
                continue;
            }

            var block = line.StartsWith(Fence, StringComparison.Ordinal) ? Code(lines, ref i) : Line(line);
            levels.RemoveRange(depth + 1, levels.Count - depth - 1);
            levels[depth].Add(block);
            levels.Add(Children(block));
        }

        return levels[0];
    }

    /// <summary>Child pages and databases show in Markdown, but are no blocks to be made.</summary>
    public static bool IsChild(string line) => line.StartsWith("<page ", StringComparison.Ordinal) || line.StartsWith("<database ", StringComparison.Ordinal);

    private static JsonObject Line(string line)
    {
        if (line == "---")
        {
            return new JsonObject { ["type"] = "divider", ["divider"] = new JsonObject() };
        }

        var match = Prefix().Match(line);
        var text = InlineText.Read(line[match.Length..]);
        var isDone = match.Value.Contains("[x]", StringComparison.OrdinalIgnoreCase);
        return match.Value.TrimEnd() switch
        {
            "" => Block("paragraph", text),
            "-" or "*" => Block("bulleted_list_item", text),
            ">" => Block("quote", text),
            ['#', ..] heading => Block($"heading_{heading.Length}", text),
            ['-', ..] => Block("to_do", text, ("checked", isDone)),
            _ => Block("numbered_list_item", text),
        };
    }

    private static JsonObject Code(string[] lines, ref int i)
    {
        var language = lines[i].Trim()[Fence.Length..];
        var body = lines.Skip(i + 1).TakeWhile(line => !line.Trim().StartsWith(Fence, StringComparison.Ordinal)).ToList();
        i += body.Count + 1;
        var text = new JsonArray(new JsonObject { ["text"] = new JsonObject { ["content"] = string.Join('\n', body) } });
        return Block("code", text, ("language", language.Length > 0 ? language : "plain text"));
    }

    private static JsonObject Block(string type, JsonArray text, (string Name, JsonNode Value)? more = null)
    {
        var content = new JsonObject { ["rich_text"] = text };
        if (more is { } field)
        {
            content[field.Name] = field.Value;
        }

        return new JsonObject { ["type"] = type, [type] = content };
    }

    private static JsonArray Children(JsonObject block)
    {
        var children = new JsonArray();
        block[block["type"]!.ToString()]!["children"] = children;
        return children;
    }

    [GeneratedRegex(@"^(#{1,4} |[-*] \[[ xX]\] |[-*] |\d+\. |> )", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Prefix();
}
