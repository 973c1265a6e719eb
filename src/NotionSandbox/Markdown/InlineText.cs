using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NotionSandbox.Json;

namespace NotionSandbox.Markdown;

/// <summary>Emphasis and links inside a line of Markdown, to rich text and back.</summary>
internal static partial class InlineText
{
    private const int LongestText = 2000;

    private const string Pattern =
        @"`(?<code>[^`]+)`|\*\*(?<bold>[^*]+)\*\*|\*(?<italic>[^*\s][^*]*)\*|~~(?<strikethrough>[^~]+)~~|\[(?<link>[^\]]+)\]\((?<url>[^)\s]+)\)";

    private static readonly (string Style, string Mark)[] Marks = [("code", "`"), ("bold", "**"), ("italic", "*"), ("strikethrough", "~~")];

    public static JsonArray Read(string line)
    {
        var items = new JsonArray();
        var place = 0;
        foreach (var match in Marked().Matches(line).Cast<Match>())
        {
            Add(items, line[place..match.Index], null, null);
            var style = Marks.FirstOrDefault(mark => match.Groups[mark.Style].Success).Style;
            Add(items, match.Groups[style ?? "link"].Value, style, match.Groups["url"].Success ? match.Groups["url"].Value : null);
            place = match.Index + match.Length;
        }

        Add(items, line[place..], null, null);
        return items;
    }

    public static string Write(JsonNode? richText)
    {
        var text = new StringBuilder();
        foreach (var item in richText as JsonArray ?? [])
        {
            var piece = item.Text("plain_text") ?? "";
            piece = Marks.Where(mark => item.Object("annotations").Flag(mark.Style) == true).Aggregate(piece, (inner, mark) => mark.Mark + inner + mark.Mark);
            text.Append(item.Text("href") is { } url ? $"[{piece}]({url})" : piece);
        }

        return text.ToString();
    }

    private static void Add(JsonArray items, string text, string? style, string? url)
    {
        foreach (var piece in text.Chunk(LongestText).Select(letters => new string(letters)))
        {
            var content = new JsonObject { ["content"] = piece };
            if (url is not null)
            {
                content["link"] = new JsonObject { ["url"] = url };
            }

            var item = new JsonObject { ["text"] = content };
            if (style is not null)
            {
                item["annotations"] = new JsonObject { [style] = true };
            }

            items.Add(item);
        }
    }

    [GeneratedRegex(Pattern, RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Marked();
}
