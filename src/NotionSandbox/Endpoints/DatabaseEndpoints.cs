using System.Text.Json.Nodes;
using NotionSandbox.Blocks;
using NotionSandbox.Json;
using NotionSandbox.Properties;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Shapes;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>Databases: since 2025-09-03 containers of data sources, before that the one data source in them.</summary>
internal static class DatabaseEndpoints
{
    private static readonly string[] Texts = ["title", "description"];

    public static SandboxResponse Create(Call call)
    {
        var page = call.Body.Object("parent") is { } parent
            ? parent.Flag("workspace") == true ? null : call.Page(IdField.Required(parent, "page_id", "body.parent")).Editable()
            : throw Refusal.Missing("body.parent");
        var properties = call.Version.HasDataSources ? call.Body.Object("initial_data_source").Object("properties") : Required(call);
        var title = RichText.Read(call.Body["title"], "body.title", call);
        var database = NewEntry(EntryKind.Database, "child_database", call);
        database.Content = new JsonObject
        {
            ["title"] = title,
            ["description"] = RichText.Read(call.Body["description"], "body.description", call),
            ["is_inline"] = call.Body.Flag("is_inline") ?? false,
        };
        Appearance.Apply(database, call);
        var source = NewSource(title, SchemaWriting.Create(properties, call), call);
        call.Workspace.Register(database, page);
        call.Workspace.Register(source, database);
        call.Workspace.Views.Add(DefaultView(source, call));
        return new JsonResponse(DatabaseShape.Of(database, call));
    }

    public static SandboxResponse Retrieve(Call call) => new JsonResponse(DatabaseShape.Of(call.Database(call.Id()), call));

    public static SandboxResponse Update(Call call)
    {
        var database = call.Database(call.Id());
        var inTrash = TrashField.Read(call);
        foreach (var text in Texts.Where(call.Body.ContainsKey))
        {
            database.Content[text] = RichText.Read(call.Body[text], $"body.{text}", call);
        }

        foreach (var flag in new[] { "is_inline", "is_locked" })
        {
            database.Content[flag] = call.Body.Flag(flag) ?? database.Content.Flag(flag) ?? false;
        }

        Appearance.Apply(database, call);
        if (!call.Version.HasDataSources && call.Body.Object("properties") is { } properties)
        {
            SchemaWriting.Change(Lookup.OnlySource(database), properties, call);
        }

        if (call.Body.Object("parent") is { } parent && IdField.Optional(parent, "page_id", "body.parent") is { } page)
        {
            call.Workspace.Move(database, call.Page(page).Editable());
        }

        database.InTrash = inTrash ?? database.InTrash;
        database.Touch(call.Now, call.UserId);
        return new JsonResponse(DatabaseShape.Of(database, call));
    }

    public static Entry NewSource(JsonArray title, JsonObject schema, Call call)
    {
        var source = NewEntry(EntryKind.DataSource, "data_source", call);
        source.Content = new JsonObject { ["title"] = title.DeepClone(), ["properties"] = schema };
        return source;
    }

    private static Entry NewEntry(EntryKind kind, string type, Call call) => new(call.Ids.Next(), kind, type)
    {
        Created = call.Now,
        CreatedBy = call.UserId,
        Edited = call.Now,
        EditedBy = call.UserId,
    };

    private static JsonObject Required(Call call) => call.Body.Object("properties") ?? throw Refusal.Missing("body.properties");

    private static View DefaultView(Entry source, Call call) => View.Of(source, call.Ids.Next(), "Default view", "table", call.Now, call.UserId);
}
