using System.Text.Json.Nodes;
using NotionSandbox.Blocks;
using NotionSandbox.Connections;
using NotionSandbox.Ids;
using NotionSandbox.Json;
using NotionSandbox.Properties;
using NotionSandbox.Requests;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Shapes;

/// <summary>Pages as JSON, rows of a data source among them.</summary>
internal static class PageShape
{
    public static JsonObject Of(Entry page, Call call)
    {
        if (!call.Connection.May(Capabilities.ReadContent))
        {
            return BlockShape.Partial("page", page.Id);
        }

        var isArchived = page.Content.Flag("is_archived") ?? false;
        return new JsonObject
        {
            ["object"] = "page",
            ["id"] = page.Id,
            ["created_time"] = Timestamps.Minute(page.Created),
            ["last_edited_time"] = Timestamps.Minute(page.Edited),
            ["created_by"] = UserShape.Partial(page.CreatedBy),
            ["last_edited_by"] = UserShape.Partial(page.EditedBy),
            ["cover"] = page.Content["cover"]?.DeepClone(),
            ["icon"] = page.Content["icon"]?.DeepClone(),
            ["parent"] = ParentShape.Of(page.Parent, call.Version),
            ["is_archived"] = isArchived,
            ["is_locked"] = page.Content.Flag("is_locked") ?? false,
            ["properties"] = Properties(page, call),
            ["url"] = Url(page),
            ["public_url"] = null,
        }.With(page.IsGone, call.Version);
    }

    public static string Url(Entry page)
    {
        var letters = Titles.Of(page).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : ' ');
        var words = string.Concat(letters).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return "https://app.notion.com/p/" + string.Join('-', [.. words, IdText.Undashed(page.Id)]);
    }

    private static JsonObject Properties(Entry page, Call call)
    {
        var wanted = call.Query.All("filter_properties");
        var shown = new JsonObject();
        foreach (var property in Schema.Of(page))
        {
            if (wanted.Count == 0 || wanted.Any(name => property.IsCalled(name)))
            {
                shown[property.Name] = PropertyValues.Show(property, page, call);
            }
        }

        return shown;
    }
}
