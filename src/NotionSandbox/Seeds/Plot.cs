using System.Globalization;
using System.Text.Json.Nodes;
using NotionSandbox.Blocks;
using NotionSandbox.Ids;
using NotionSandbox.Json;
using NotionSandbox.Properties;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Seeds;

/// <summary>Puts first things into a workspace, with ids and times that are the same in every run.</summary>
internal sealed class Plot(Workspace workspace)
{
    private static readonly DateTimeOffset Beginning = DateTimeOffset.Parse("2026-03-02T09:00:00Z", CultureInfo.InvariantCulture);

    private int _minutes;
    private int _blocks;

    public string Id(string kind, int number) => FixedIds.Of(kind, workspace.Number, number);

    public string Author => Id(FixedIds.Person, 1);

    public DateTimeOffset NextTime() => Beginning.AddMinutes(_minutes++);

    public Entry Page(int number, Entry? parent, string title, string? emoji = null, bool isTemplate = false, int serial = 0)
    {
        var page = New(Id(FixedIds.Page, number), EntryKind.Page, "child_page", isTemplate, serial);
        page.Values[Entry.TitleId] = new JsonObject { ["title"] = RichText.Plain(title) };
        page.Content["icon"] = emoji is null ? null : new JsonObject { ["type"] = "emoji", ["emoji"] = emoji };
        workspace.Register(page, parent);
        return page;
    }

    public Entry Block(Entry parent, string type, string text = "", JsonObject? more = null)
    {
        var block = New(Id(FixedIds.Block, ++_blocks), EntryKind.Block, type);
        block.Content = BlockTypes.IsKnown(type) ? BlockTypes.Default(type) : [];
        if (text.Length > 0)
        {
            block.Content["rich_text"] = RichText.Plain(text);
        }

        foreach (var (name, value) in more ?? [])
        {
            block.Content[name] = value?.DeepClone();
        }

        workspace.Register(block, parent);
        return block;
    }

    public Entry Container(EntryKind kind, string id, string type, Entry parent, JsonObject content)
    {
        var container = New(id, kind, type);
        container.Content = content;
        workspace.Register(container, parent);
        return container;
    }

    /// <summary>Fills in values of a row by the names of its properties.</summary>
    public static void Values(Entry row, JsonObject values)
    {
        foreach (var (name, value) in values)
        {
            var property = Schema.Find(row, name);
            row.Values[property.Key] = new JsonObject { [property.Type] = value?.DeepClone() };
        }
    }

    /// <summary>An option of a select or status property, as a value.</summary>
    public static JsonObject Option(Entry source, string property, string name)
    {
        var found = Schema.FindInSource(source, property);
        var option = found.Config.Object(found.Type).List("options")!.First(option => option.Text("name") == name);
        return new JsonObject { ["id"] = option.Text("id"), ["name"] = name, ["color"] = option.Text("color") };
    }

    private Entry New(string id, EntryKind kind, string type, bool isTemplate = false, int serial = 0)
    {
        var time = NextTime();
        return new Entry(id, kind, type)
        {
            Created = time,
            CreatedBy = Author,
            Edited = time,
            EditedBy = Author,
            IsTemplate = isTemplate,
            Serial = serial,
        };
    }
}
