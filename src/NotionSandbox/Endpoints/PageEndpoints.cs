using NotionSandbox.Blocks;
using NotionSandbox.Json;
using NotionSandbox.Properties;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Shapes;
using NotionSandbox.Tasks;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>Pages, and one property of a page.</summary>
internal static class PageEndpoints
{
    public static SandboxResponse Create(Call call)
    {
        var parent = PageParent.Read(call);
        var page = NewPage(parent, call);
        page.Parent = parent;
        PageTemplates.Apply(page, call);
        PropertyWriting.Write(page, call.Body.Object("properties") ?? [], call);
        Appearance.Apply(page, call);
        var place = parent?.Kind == EntryKind.Page ? Position.Read(parent, call) : null;
        AddContent(page, call);
        call.Workspace.Register(page, parent, place);
        return AsyncTasks.Wanted(call) ? AsyncTasks.Begin("POST /v1/pages", PageShape.Of(page, call), call) : new JsonResponse(PageShape.Of(page, call));
    }

    public static SandboxResponse Retrieve(Call call) => new JsonResponse(PageShape.Of(call.Page(call.Id()), call));

    public static SandboxResponse Update(Call call)
    {
        var page = call.Page(call.Id());
        var inTrash = TrashField.Read(call);
        if (inTrash is null or true && call.Body.Any(field => field.Key is not ("in_trash" or "archived")))
        {
            page.Editable();
        }

        PropertyWriting.Write(page, call.Body.Object("properties") ?? [], call);
        Appearance.Apply(page, call);
        foreach (var flag in new[] { "is_locked", "is_archived" })
        {
            page.Content[flag] = call.Body.Flag(flag) ?? page.Content.Flag(flag) ?? false;
        }

        if (call.Body.Flag("erase_content") == true)
        {
            page.Blocks.Where(block => block.Kind == EntryKind.Block).ToList().ForEach(call.Workspace.Remove);
        }

        PageTemplates.Apply(page, call);
        page.InTrash = inTrash ?? page.InTrash;
        page.Touch(call.Now, call.UserId);
        return new JsonResponse(PageShape.Of(page, call));
    }

    public static SandboxResponse Move(Call call)
    {
        var page = call.Page(call.Id()).Editable();
        var parent = PageParent.Read(call) ?? throw Refusal.Missing("body.parent.page_id");
        call.Workspace.Move(page, parent);
        return new JsonResponse(PageShape.Of(page, call));
    }

    public static SandboxResponse RetrieveProperty(Call call)
    {
        var page = call.Page(call.Id());
        var property = Schema.Of(page).FirstOrDefault(property => property.IsCalled(call.PathValues[1]))
            ?? throw call.NotFound("property", call.PathValues[1]);
        return PropertyItems.Answer(page, property, call);
    }

    private static Entry NewPage(Entry? parent, Call call) => new(call.Ids.Next(), EntryKind.Page, "child_page")
    {
        Created = call.Now,
        CreatedBy = call.UserId,
        Edited = call.Now,
        EditedBy = call.UserId,
        Serial = parent?.Kind == EntryKind.DataSource ? parent.Children.Select(row => row.Serial).DefaultIfEmpty().Max() + 1 : 0,
    };

    private static void AddContent(Entry page, Call call)
    {
        var (name, blocks) = call.Body.List("children") is { } children ? ("children", children) : ("content", call.Body.List("content"));
        var markdown = call.Body.Text("markdown");
        if (markdown is not null && blocks is not null)
        {
            throw Refusal.Validation($"body failed validation: body.markdown and body.{name} cannot both be defined.");
        }

        BlockBuilder.Insert(blocks ?? Markdown.MarkdownReader.Read(markdown ?? ""), page, null, $"body.{name}", call);
    }
}
