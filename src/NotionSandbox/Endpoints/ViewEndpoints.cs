using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Queries;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Shapes;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>Views of databases.</summary>
internal static class ViewEndpoints
{
    private static readonly string[] Types = ["table", "board", "list", "calendar", "timeline", "gallery", "form", "chart", "map", "dashboard"];

    private static readonly string[] Settings = ["filter", "sorts", "quick_filters", "configuration"];

    public static SandboxResponse Create(Call call)
    {
        var source = call.DataSource(IdField.Required(call.Body, "data_source_id", "body"));
        var type = call.Body.Text("type") ?? throw Refusal.Missing("body.type");
        var name = call.Body.Text("name") ?? throw Refusal.Missing("body.name");
        if (!Types.Contains(type, StringComparer.Ordinal))
        {
            throw Refusal.Field("body.type", "be a view type", type);
        }

        Filter.Read(call.Body["filter"], source, call);
        var view = View.Of(source, call.Ids.Next(), name, type, call.Now, call.UserId, Database(source, call));
        Apply(view, call);
        call.Workspace.Views.Add(view);
        return new JsonResponse(ViewShape.Of(view));
    }

    public static SandboxResponse Retrieve(Call call) => new JsonResponse(ViewShape.Of(Find(call)));

    public static SandboxResponse Update(Call call)
    {
        var view = Find(call);
        Filter.Read(call.Body["filter"], view.DataSource, call);
        view.Name = call.Body.Text("name") ?? view.Name;
        Apply(view, call);
        view.Edited = call.Now;
        view.EditedBy = call.UserId;
        return new JsonResponse(ViewShape.Of(view));
    }

    public static SandboxResponse Delete(Call call)
    {
        var view = Find(call);
        if (call.Workspace.Views.Count(other => other.Database == view.Database) == 1)
        {
            throw Refusal.Validation("The last view of a database cannot be deleted.");
        }

        call.Workspace.Views.Remove(view);
        return new JsonResponse(ViewShape.Deleted(view));
    }

    public static SandboxResponse List(Call call)
    {
        var database = IdField.OptionalInQuery(call, "database_id");
        var source = IdField.OptionalInQuery(call, "data_source_id");
        if (database is null && source is null)
        {
            throw Refusal.Missing("query.database_id");
        }

        _ = database is null ? call.DataSource(source!) : call.Database(database);
        var views = call.Workspace.Views
            .Where(view => (database is null || view.Database.Id == database) && (source is null || view.DataSource.Id == source))
            .ToList();
        var slice = Paging.OfQuery(call).Cut(views, $"views/{database}/{source}");
        return ListShape.Of(slice, "view", view => new JsonObject { ["object"] = "view", ["id"] = view.Id });
    }

    public static View Find(Call call)
    {
        var id = call.Id();
        return call.Workspace.Views.Find(view => view.Id == id) ?? throw call.NotFound("view", id);
    }

    private static Entry Database(Entry source, Call call)
    {
        if (call.Body.Object("create_database") is not { } wanted)
        {
            return IdField.Optional(call.Body, "database_id", "body") is { } database ? call.Database(database).Editable() : source.Parent!;
        }

        var page = call.Page(IdField.Required(wanted.Object("parent"), "page_id", "body.create_database.parent")).Editable();
        var linked = new Entry(call.Ids.Next(), EntryKind.Database, "child_database")
        {
            Content = source.Parent!.Content.DeepClone().AsObject(),
            Created = call.Now,
            CreatedBy = call.UserId,
            Edited = call.Now,
            EditedBy = call.UserId,
        };
        call.Workspace.Register(linked, page);
        return linked;
    }

    private static void Apply(View view, Call call)
    {
        foreach (var name in Settings.Where(call.Body.ContainsKey))
        {
            view.Settings[name] = call.Body[name]?.DeepClone();
        }
    }
}
