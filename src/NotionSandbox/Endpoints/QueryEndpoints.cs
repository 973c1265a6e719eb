using System.Text.Json.Nodes;
using NotionSandbox.Blocks;
using NotionSandbox.Json;
using NotionSandbox.Queries;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Shapes;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>The rows of a data source, or of a database under old versions; and the search over everything.</summary>
internal static class QueryEndpoints
{
    /// <summary>The most rows that one filter gives over all pages.</summary>
    private const int MaxRows = 10_000;

    public static SandboxResponse Query(Call call)
    {
        var source = call.Source(call.Id());
        var inTrash = TrashField.Read(call) ?? false;
        var matches = Filter.Read(call.Body["filter"], source, call);
        var rows = source.Children.Where(row => !row.IsTemplate && row.InTrash == inTrash && matches(row));
        var sorted = Sorting.Sort(rows, call.Body.List("sorts"), source).ToList();
        var list = $"{source.Id}/{call.Body["filter"]?.ToJsonString()}/{call.Body["sorts"]?.ToJsonString()}";
        var slice = Paging.OfBody(call).Cut(sorted.Count > MaxRows ? sorted[..MaxRows] : sorted, list);
        var answer = ListShape.Of(slice, MixedType(call), page => PageShape.Of(page, call));
        if (sorted.Count > MaxRows && !slice.HasMore)
        {
            answer.Body["request_status"] = new JsonObject { ["type"] = "incomplete", ["incomplete_reason"] = "query_result_limit_reached" };
        }

        return answer;
    }

    public static SandboxResponse Search(Call call)
    {
        var text = call.Body.Text("query") ?? "";
        var filter = call.Body.Object("filter");
        var inTrash = filter.Flag("in_trash") ?? false;
        var kinds = Kinds(filter.Text("value"), call);
        var found = call.Workspace.Entries.Values
            .Where(entry => kinds.Contains(entry.Kind) && !entry.IsTemplate && entry.IsGone == inTrash)
            .Where(entry => Titles.Of(entry).Contains(text, StringComparison.OrdinalIgnoreCase));
        var isAscending = call.Body.Object("sort").Text("direction") == "ascending";
        var sorted = (isAscending ? found.OrderBy(entry => entry.Edited) : found.OrderByDescending(entry => entry.Edited)).ToList();
        var slice = Paging.OfBody(call).Cut(sorted, $"search/{text}/{filter?.ToJsonString()}/{isAscending}");
        return ListShape.Of(slice, MixedType(call), entry => entry.Kind == EntryKind.Page ? PageShape.Of(entry, call) : DataSourceShape.Of(entry, call));
    }

    private static string MixedType(Call call) => call.Version.HasDataSources ? "page_or_data_source" : "page_or_database";

    private static EntryKind[] Kinds(string? wanted, Call call)
    {
        var source = call.Version.HasDataSources ? "data_source" : "database";
        return wanted switch
        {
            null => [EntryKind.Page, EntryKind.DataSource],
            "page" => [EntryKind.Page],
            _ when wanted == source => [EntryKind.DataSource],
            _ => throw Refusal.Field("body.filter.value", $"be `\"page\"` or `\"{source}\"`", wanted),
        };
    }
}
