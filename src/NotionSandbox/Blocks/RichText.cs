using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;

namespace NotionSandbox.Blocks;

/// <summary>Rich text as callers may write it, made into rich text as Notion shows it, with everything spelt out.</summary>
internal static class RichText
{
    private static readonly string[] Styles = ["bold", "italic", "strikethrough", "underline", "code"];

    public static JsonArray Plain(string text) => text.Length == 0 ? [] : [Text(text, null, null)];

    /// <param name="node">What the caller sent.</param>
    /// <param name="path">Where it is in the body, for error messages.</param>
    /// <param name="call">The call it came with.</param>
    public static JsonArray Read(JsonNode? node, string path, Call call)
    {
        if (node is null)
        {
            return [];
        }

        var items = node as JsonArray ?? throw Refusal.Field(path, "be an array", node);
        return new JsonArray([.. items.Select((item, index) => ReadItem(item, $"{path}[{index}]", call))]);
    }

    public static string PlainText(JsonNode? richText) =>
        richText is JsonArray items ? string.Concat(items.Select(item => item.Text("plain_text"))) : "";

    private static JsonObject ReadItem(JsonNode? item, string path, Call call)
    {
        if (item.Object("text") is { } text)
        {
            var content = text.Text("content")
                ?? throw Refusal.Field($"{path}.text.content", "be a string", text["content"]);
            return Text(content, text.Object("link").Text("url"), item.Object("annotations"));
        }

        if (item.Object("equation").Text("expression") is { } expression)
        {
            return Item("equation", new JsonObject { ["expression"] = expression }, expression, null, item.Object("annotations"));
        }

        if (item.Object("mention") is { } mention)
        {
            return Mentions.Read(mention, item.Object("annotations"), call);
        }

        throw Refusal.Missing($"{path}.text");
    }

    private static JsonObject Text(string content, string? url, JsonObject? annotations)
    {
        var link = url is null ? null : new JsonObject { ["url"] = url };
        return Item("text", new JsonObject { ["content"] = content, ["link"] = link }, content, url, annotations);
    }

    public static JsonObject Item(string type, JsonObject details, string plainText, string? href, JsonObject? annotations)
    {
        var styles = new JsonObject();
        foreach (var style in Styles)
        {
            styles[style] = annotations.Flag(style) ?? false;
        }

        styles["color"] = annotations.Text("color") ?? "default";
        return new JsonObject { ["type"] = type, [type] = details, ["annotations"] = styles, ["plain_text"] = plainText, ["href"] = href };
    }
}
