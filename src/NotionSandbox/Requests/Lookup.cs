using NotionSandbox.Responses;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Requests;

/// <summary>Finds what a call names by id, or refuses it the way Notion does: what is not shared does not exist.</summary>
internal static class Lookup
{
    public static Entry Page(this Call call, string id) => Find(call, id, EntryKind.Page, "page");

    public static Entry Database(this Call call, string id) => Find(call, id, EntryKind.Database, "database");

    public static Entry DataSource(this Call call, string id) => Find(call, id, EntryKind.DataSource, "data_source");

    /// <summary>Anything that shows as a block; a page does.</summary>
    public static Entry Block(this Call call, string id) =>
        call.Workspace.Entries.GetValueOrDefault(id) is { Kind: not EntryKind.DataSource } entry ? entry : throw call.NotFound("block", id);

    /// <summary>The data source that an id means under the call's version: its own, or that of the database around it.</summary>
    public static Entry Source(this Call call, string id) => call.Version.HasDataSources ? call.DataSource(id) : OnlySource(call.Database(id));

    public static Entry OnlySource(Entry database) => database.LiveChildren.ToList() is [var source]
        ? source
        : throw Refusal.Validation($"Database {database.Id} has more than one data source. Use `data_source_id` to say which.");

    /// <summary>A refusal unless the entry may be changed: what is in the trash may not.</summary>
    public static Entry Editable(this Entry entry) => entry.IsGone
        ? throw Refusal.Validation("Can't edit block that is archived. You must unarchive the block before editing.")
        : entry;

    private static Entry Find(Call call, string id, EntryKind kind, string name) => call.Workspace.Find(id, kind) ?? throw call.NotFound(name, id);
}
