using NotionSandbox.Blocks;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>Templates of a data source, and what becomes of a page that is made from one.</summary>
internal static class PageTemplates
{
    public static IReadOnlyList<Entry> Of(Entry source) => [.. source.Children.Where(row => row.IsTemplate && !row.InTrash)];

    /// <summary>Copies the template that the body names, if it names one, into the page.</summary>
    public static void Apply(Entry page, Call call)
    {
        var wanted = call.Body.Object("template");
        if (wanted.Text("type") is null or "none")
        {
            return;
        }

        var templates = page.Parent?.Kind == EntryKind.DataSource ? Of(page.Parent) : [];
        var id = wanted.Text("type") == "default" ? null : IdField.Required(wanted, "template_id", "body.template");
        var template = templates.FirstOrDefault(entry => id is null || entry.Id == id) ?? throw call.NotFound("template", id ?? "default");
        foreach (var (key, value) in template.Values.Where(value => !page.Values.ContainsKey(value.Key)))
        {
            page.Values[key] = value.DeepClone().AsObject();
        }

        foreach (var block in template.Blocks)
        {
            Copy(block, page, call);
        }
    }

    private static void Copy(Entry block, Entry parent, Call call)
    {
        var copy = BlockBuilder.NewBlock(block.Type, block.Content.DeepClone().AsObject(), call);
        call.Workspace.Register(copy, parent);
        foreach (var child in block.Blocks)
        {
            Copy(child, copy, call);
        }
    }
}
