using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Queries;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Shapes;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>The rows that a view shows, kept unchanged while a caller pages through them.</summary>
internal static class ViewQueryEndpoints
{
    public static SandboxResponse Create(Call call)
    {
        var view = ViewEndpoints.Find(call);
        var matches = Filter.Read(view.Settings["filter"], view.DataSource, call);
        var rows = Sorting.Sort(view.DataSource.LiveChildren.Where(matches), view.Settings.List("sorts"), view.DataSource);
        var query = new ViewQuery(call.Ids.Next(), view, call.Now + ViewQuery.Lifetime, [.. rows.Select(row => row.Id)]);
        call.Workspace.ViewQueries[query.Id] = query;
        var slice = Paging.OfBody(call).Cut(query.PageIds, query.Id);
        return new JsonResponse(new JsonObject
        {
            ["object"] = "view_query",
            ["id"] = query.Id,
            ["view_id"] = view.Id,
            ["expires_at"] = Timestamps.Millisecond(query.Expires),
            ["total_count"] = query.PageIds.Count,
            ["results"] = new JsonArray([.. slice.Items.Select(Reference)]),
            ["next_cursor"] = slice.Next,
            ["has_more"] = slice.HasMore,
        });
    }

    public static SandboxResponse Results(Call call)
    {
        var query = Find(call);
        return ListShape.Of(Paging.OfQuery(call).Cut(query.PageIds, query.Id), "page", Reference);
    }

    public static SandboxResponse Delete(Call call)
    {
        ViewEndpoints.Find(call);
        var id = call.Id(1);
        return new JsonResponse(new JsonObject { ["object"] = "view_query", ["id"] = id, ["deleted"] = call.Workspace.ViewQueries.Remove(id) });
    }

    private static ViewQuery Find(Call call)
    {
        var view = ViewEndpoints.Find(call);
        var id = call.Id(1);
        return call.Workspace.ViewQueries.GetValueOrDefault(id) is { } query && query.View == view && call.Now < query.Expires
            ? query
            : throw call.NotFound("view query", id);
    }

    private static JsonObject Reference(string id) => new() { ["object"] = "page", ["id"] = id };
}
