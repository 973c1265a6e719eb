using System.Text.Json.Nodes;

namespace NotionSandbox.Workspaces;

/// <summary>A way of looking at a data source: a table, a board and so on, with its own filter and order.</summary>
internal sealed class View
{
    public required string Id { get; init; }

    public required Entry Database { get; init; }

    public required Entry DataSource { get; init; }

    public required string Type { get; init; }

    public required string Name { get; set; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Edited { get; set; }

    public required string EditedBy { get; set; }

    /// <summary><c>filter</c>, <c>sorts</c>, <c>quick_filters</c> and <c>configuration</c>, as the caller gave them.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>A view with no settings yet, over the database that the source belongs to.</summary>
    public static View Of(Entry source, string id, string name, string type, DateTimeOffset now, string userId, Entry? database = null) => new()
    {
        Id = id,
        Database = database ?? source.Parent!,
        DataSource = source,
        Type = type,
        Name = name,
        CreatedBy = userId,
        Created = now,
        Edited = now,
        EditedBy = userId,
        Settings = new JsonObject
        {
            ["filter"] = null,
            ["sorts"] = null,
            ["quick_filters"] = null,
            ["configuration"] = new JsonObject { ["type"] = type },
        },
    };
}
