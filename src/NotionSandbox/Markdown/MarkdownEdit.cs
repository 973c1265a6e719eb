using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Responses;

namespace NotionSandbox.Markdown;

/// <summary>The ways of changing Markdown as text: each takes what is there and gives what shall be there.</summary>
internal static class MarkdownEdit
{
    private const string Ellipsis = "...";

    public static string Apply(string before, string type, JsonObject edit) => type switch
    {
        "insert_content" => Insert(before, edit),
        "replace_content" => Required(edit, "new_str"),
        "replace_content_range" => ReplaceRange(before, edit),
        "update_content" => Updates(edit).Aggregate(before, Substitute),
        _ => throw Refusal.Field("body.type", "be an operation on Markdown", type),
    };

    private static JsonArray Updates(JsonObject edit) => edit.List("content_updates") ?? throw Refusal.Missing("body.update_content.content_updates");

    private static string Insert(string before, JsonObject edit)
    {
        var content = Required(edit, "content");
        if (edit.Text("after") is { } selection)
        {
            var (_, end) = Find(before, selection);
            var endOfLine = before.IndexOf('\n', end);
            return endOfLine < 0 ? Join(before, content) : Join(before[..endOfLine], content) + before[endOfLine..];
        }

        return edit.Object("position").Text("type") == "start" ? Join(content, before) : Join(before, content);
    }

    private static string ReplaceRange(string before, JsonObject edit)
    {
        var (start, end) = Find(before, Required(edit, "content_range"));
        return before[..start] + Required(edit, "content") + before[end..];
    }

    private static string Substitute(string before, JsonNode? update)
    {
        var old = Required(update as JsonObject ?? [], "old_str");
        var first = before.IndexOf(old, StringComparison.Ordinal);
        if (old.Length == 0 || first < 0)
        {
            throw Refusal.Validation($"Could not find \"{old}\" in the page content.");
        }

        if (update.Flag("replace_all_matches") != true && before.IndexOf(old, first + 1, StringComparison.Ordinal) >= 0)
        {
            throw Refusal.Validation($"Found more than one match for \"{old}\". Set replace_all_matches, or give more of the text around it.");
        }

        return before.Replace(old, Required(update!.AsObject(), "new_str"), StringComparison.Ordinal);
    }

    /// <summary>Where a selection begins and ends: the text itself, or the beginning and the end of it around an ellipsis.</summary>
    private static (int Start, int End) Find(string text, string selection)
    {
        var ellipsis = selection.IndexOf(Ellipsis, StringComparison.Ordinal);
        var (opening, closing) = ellipsis < 0 ? (selection, "") : (selection[..ellipsis], selection[(ellipsis + Ellipsis.Length)..]);
        var start = text.IndexOf(opening, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf(closing, start + opening.Length, StringComparison.Ordinal);
        return end < 0
            ? throw Refusal.Validation($"Could not find \"{selection}\" in the page content.")
            : (start, end + closing.Length);
    }

    private static string Join(string upper, string lower) => upper.Length == 0 ? lower : lower.Length == 0 ? upper : $"{upper}\n{lower}";

    private static string Required(JsonObject edit, string name) => edit.Text(name) ?? throw Refusal.Missing($"body.{name}");
}
