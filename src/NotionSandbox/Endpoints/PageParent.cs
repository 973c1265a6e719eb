using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>The parent of a page: a page, a data source or, by an older name, the one data source of a database.</summary>
internal static class PageParent
{
    /// <summary>Null is the top of the workspace.</summary>
    public static Entry? Read(Call call)
    {
        var parent = call.Body.Object("parent") ?? throw Refusal.Missing("body.parent");
        if (IdField.Optional(parent, "page_id", "body.parent") is { } page)
        {
            return call.Page(page).Editable();
        }

        if (IdField.Optional(parent, "data_source_id", "body.parent") is { } source && call.Version.HasDataSources)
        {
            return call.DataSource(source).Editable();
        }

        if (IdField.Optional(parent, "database_id", "body.parent") is { } database)
        {
            return Lookup.OnlySource(call.Database(database)).Editable();
        }

        return parent.Flag("workspace") == true ? null : throw Refusal.Missing("body.parent.page_id");
    }
}
