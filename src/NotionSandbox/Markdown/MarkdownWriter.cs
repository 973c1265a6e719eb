using NotionSandbox.Blocks;
using NotionSandbox.Json;
using NotionSandbox.Shapes;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Markdown;

/// <summary>The blocks of a page made into Markdown, one line each, what is inside them further in.</summary>
internal static class MarkdownWriter
{
    public static string Write(Entry page) => string.Join('\n', Lines(page, ""));

    public static IEnumerable<string> Lines(Entry parent, string indent)
    {
        var number = 0;
        foreach (var block in parent.Blocks)
        {
            number = block.Type is "numbered_list_item" ? number + 1 : 0;
            yield return indent + Line(block, number);
            if (block.Kind != EntryKind.Block)
            {
                continue;
            }

            foreach (var line in Lines(block, indent + "\t"))
            {
                yield return line;
            }
        }
    }

    private static string Line(Entry block, int number)
    {
        var text = InlineText.Write(block.Content["rich_text"]);
        return block.Type switch
        {
            "child_page" => $"<page url=\"{PageShape.Url(block)}\">{Titles.Of(block)}</page>",
            "child_database" => $"<database url=\"{DatabaseShape.Url(block)}\">{Titles.Of(block)}</database>",
            "heading_1" or "heading_2" or "heading_3" or "heading_4" => $"{new string('#', block.Type[^1] - '0')} {text}",
            "bulleted_list_item" => $"- {text}",
            "numbered_list_item" => $"{number}. {text}",
            "to_do" => $"- [{(block.Content.Flag("checked") == true ? 'x' : ' ')}] {text}",
            "quote" => $"> {text}",
            "divider" => "---",
            "code" => $"```{block.Content.Text("language")}\n{RichText.PlainText(block.Content["rich_text"])}\n```",
            "equation" => $"$${block.Content.Text("expression")}$$",
            "paragraph" or "toggle" or "callout" => text,
            _ => $"<unknown type=\"{block.Type}\" id=\"{block.Id}\"/>",
        };
    }
}
