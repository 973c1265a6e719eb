using System.Text.Json.Nodes;
using NotionSandbox.Blocks;
using NotionSandbox.Json;
using NotionSandbox.Properties;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Shapes;

namespace NotionSandbox.Endpoints;

/// <summary>Data sources: the schemas of databases.</summary>
internal static class DataSourceEndpoints
{
    public static SandboxResponse Create(Call call)
    {
        var database = call.Database(IdField.Required(call.Body.Object("parent"), "database_id", "body.parent")).Editable();
        var properties = call.Body.Object("properties") ?? throw Refusal.Missing("body.properties");
        var title = RichText.Read(call.Body["title"], "body.title", call);
        var source = DatabaseEndpoints.NewSource(title, SchemaWriting.Create(properties, call), call);
        Appearance.Apply(source, call);
        call.Workspace.Register(source, database);
        return new JsonResponse(DataSourceShape.Of(source, call));
    }

    public static SandboxResponse Retrieve(Call call) => new JsonResponse(DataSourceShape.Of(call.DataSource(call.Id()), call));

    public static SandboxResponse Update(Call call)
    {
        var source = call.DataSource(call.Id());
        var inTrash = TrashField.Read(call);
        if (call.Body.ContainsKey("title"))
        {
            source.Content["title"] = RichText.Read(call.Body["title"], "body.title", call);
        }

        if (call.Body.Object("properties") is { } properties)
        {
            SchemaWriting.Change(source, properties, call);
        }

        if (IdField.Optional(call.Body.Object("parent"), "database_id", "body.parent") is { } database)
        {
            call.Workspace.Move(source, call.Database(database).Editable());
        }

        Appearance.Apply(source, call);
        source.InTrash = inTrash ?? source.InTrash;
        source.Touch(call.Now, call.UserId);
        return new JsonResponse(DataSourceShape.Of(source, call));
    }

    public static SandboxResponse ListTemplates(Call call)
    {
        var source = call.DataSource(call.Id());
        var templates = PageTemplates.Of(source);
        var name = call.Query["name"] ?? "";
        var wanted = templates.Where(template => Titles.Of(template).Contains(name, StringComparison.OrdinalIgnoreCase)).ToList();
        var slice = Paging.OfQuery(call).Cut(wanted, $"{source.Id}/templates");
        return new JsonResponse(new JsonObject
        {
            ["templates"] = new JsonArray([.. slice.Items.Select(template => new JsonObject
            {
                ["id"] = template.Id,
                ["name"] = Titles.Of(template),
                ["is_default"] = template == templates[0],
            })]),
            ["has_more"] = slice.HasMore,
            ["next_cursor"] = slice.Next,
        });
    }
}
