using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Routing;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Webhooks;

/// <summary>The events of a call that has changed something. The workspace is as it is after the change.</summary>
internal static class Changes
{
    public static IEnumerable<NotionEvent> Of(NotionEndpoint endpoint, Call call, SandboxResponse response)
    {
        if (response is not JsonResponse { Status: 200 } json)
        {
            return [];
        }

        var id = call.PathValues.Count > 0 ? call.Id() : json.Body.Text("id") ?? "";
        var entry = call.Workspace.Entries.GetValueOrDefault(id);
        return (endpoint.Method, endpoint.Template) switch
        {
            ("POST", "/v1/pages") => OfEntry("created", entry).Concat(OfRow(entry)),
            ("PATCH", "/v1/pages/{page_id}") => OfEntry(Word(call, "properties_updated"), entry).Concat(OfRow(entry)),
            ("POST", "/v1/pages/{page_id}/move") => OfEntry("moved", entry).Concat(OfRow(entry)),
            ("PATCH", "/v1/pages/{page_id}/markdown") => OfContent(entry, entry),
            ("PATCH", "/v1/blocks/{block_id}") or ("DELETE", "/v1/blocks/{block_id}") => OfBlock(entry, call),
            ("PATCH", "/v1/blocks/{block_id}/children") or ("POST", "/v1/blocks/meeting_notes") => OfContent(entry, entry),
            ("POST", "/v1/databases") => OfEntry("created", entry).Concat(entry?.Children.SelectMany(source => OfEntry("created", source)) ?? []),
            ("PATCH", "/v1/databases/{database_id}") => OfEntry(Word(call, "schema_updated"), entry),
            ("POST", "/v1/data_sources") => OfEntry("created", entry),
            ("PATCH", "/v1/data_sources/{data_source_id}") => OfEntry(Word(call, "schema_updated"), entry),
            ("POST", "/v1/comments") => OfComment("created", json.Body, call),
            ("PATCH", "/v1/comments/{comment_id}") => OfComment("updated", json.Body, call),
            ("DELETE", "/v1/comments/{comment_id}") => OfComment("deleted", json.Body, call),
            ("POST", "/v1/views") => OfView("created", json.Body),
            ("PATCH", "/v1/views/{view_id}") => OfView("updated", json.Body),
            ("DELETE", "/v1/views/{view_id}") => OfView("deleted", json.Body),
            _ => [],
        };
    }

    private static string Word(Call call, string otherwise) => TrashField.Read(call) switch
    {
        true => "deleted",
        false => "undeleted",
        _ => call.Body.Flag("is_locked") switch { true => "locked", false => "unlocked", _ => otherwise },
    };

    private static IEnumerable<NotionEvent> OfEntry(string word, Entry? entry)
    {
        if (entry is not null)
        {
            var kind = KindOf(entry);
            yield return new NotionEvent($"{kind}.{word}", kind, entry.Id, new JsonObject { ["parent"] = ParentOf(entry) });
        }
    }

    /// <summary>A row that comes, goes or changes is a change of its data source too.</summary>
    private static IEnumerable<NotionEvent> OfRow(Entry? row)
    {
        if (row?.Parent is { Kind: EntryKind.DataSource } source)
        {
            yield return new NotionEvent("data_source.content_updated", "data_source", source.Id, new JsonObject
            {
                ["parent"] = ParentOf(source),
                ["updated_blocks"] = new JsonArray(Reference(row)),
            });
        }
    }

    private static IEnumerable<NotionEvent> OfBlock(Entry? block, Call call) => block switch
    {
        { Kind: EntryKind.Page } => OfEntry(call.Body.Count == 0 ? "deleted" : Word(call, "properties_updated"), block),
        { Kind: EntryKind.Database } => OfEntry(call.Body.Count == 0 ? "deleted" : Word(call, "schema_updated"), block),
        _ => OfContent(block?.Parent, block),
    };

    private static IEnumerable<NotionEvent> OfContent(Entry? inside, Entry? block)
    {
        if (block is not null && inside?.SelfAndAncestors.FirstOrDefault(entry => entry.Kind == EntryKind.Page) is { } page)
        {
            yield return new NotionEvent("page.content_updated", "page", page.Id, new JsonObject
            {
                ["parent"] = ParentOf(page),
                ["updated_blocks"] = new JsonArray(Reference(block)),
            });
        }
    }

    private static IEnumerable<NotionEvent> OfComment(string word, JsonObject comment, Call call)
    {
        var parent = comment.Object("parent");
        var on = parent.Text("page_id") ?? parent.Text("block_id") ?? "";
        var page = call.Workspace.Entries.GetValueOrDefault(on)?.SelfAndAncestors.FirstOrDefault(entry => entry.Kind == EntryKind.Page);
        yield return new NotionEvent($"comment.{word}", "comment", comment.Text("id") ?? "", new JsonObject
        {
            ["page_id"] = page?.Id ?? on,
            ["parent"] = new JsonObject { ["id"] = on, ["type"] = parent.Text("page_id") is null ? "block" : "page" },
        });
    }

    private static IEnumerable<NotionEvent> OfView(string word, JsonObject view)
    {
        yield return new NotionEvent($"view.{word}", "view", view.Text("id") ?? "", new JsonObject
        {
            ["parent"] = new JsonObject { ["id"] = view.Object("parent").Text("database_id") ?? view.Text("data_source_id") ?? "", ["type"] = "database" },
        });
    }

    private static JsonObject ParentOf(Entry entry) => entry.Parent switch
    {
        null => new JsonObject { ["id"] = "", ["type"] = "space" },
        { Kind: EntryKind.DataSource } source => new JsonObject
        {
            ["id"] = source.Parent?.Id ?? source.Id,
            ["type"] = "database",
            ["data_source_id"] = source.Id,
        },
        var parent => new JsonObject { ["id"] = parent.Id, ["type"] = parent.Kind == EntryKind.Block ? "block" : KindOf(parent) },
    };

    private static JsonObject Reference(Entry entry) => new() { ["id"] = entry.Id, ["type"] = KindOf(entry) };

    private static string KindOf(Entry entry) => entry.Kind switch
    {
        EntryKind.Page => "page",
        EntryKind.Database => "database",
        EntryKind.DataSource => "data_source",
        _ => "block",
    };
}
