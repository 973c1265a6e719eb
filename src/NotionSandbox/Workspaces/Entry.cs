using System.Text.Json.Nodes;

namespace NotionSandbox.Workspaces;

/// <summary>
/// One thing in the tree of a workspace: a page, a database, a data source (under its database, its rows under it) or a block.
/// What is special to its kind is in <see cref="Content"/>, as JSON, so that unknown fields are kept.
/// </summary>
internal sealed class Entry(string id, EntryKind kind, string type)
{
    /// <summary>The property that every page has, by its id.</summary>
    public const string TitleId = "title";

    public string Id => id;

    public EntryKind Kind => kind;

    /// <summary>The block type that it shows as: <c>paragraph</c>, <c>child_page</c>, <c>child_database</c>.</summary>
    public string Type => type;

    /// <summary>Null at the top of the workspace.</summary>
    public Entry? Parent { get; set; }

    public List<Entry> Children { get; } = [];

    public JsonObject Content { get; set; } = [];

    /// <summary>Values of a page's properties, by property id without percent-encoding.</summary>
    public Dictionary<string, JsonObject> Values { get; } = new(StringComparer.Ordinal);

    public required DateTimeOffset Created { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset Edited { get; set; }

    public required string EditedBy { get; set; }

    /// <summary>A row that is not shown as one, but can be copied.</summary>
    public bool IsTemplate { get; init; }

    /// <summary>The number that a row shows in a <c>unique_id</c> property.</summary>
    public int Serial { get; set; }

    public bool InTrash { get; set; }

    /// <summary>In the trash itself, or inside something that is.</summary>
    public bool IsGone => SelfAndAncestors.Any(entry => entry.InTrash);

    public IEnumerable<Entry> SelfAndAncestors
    {
        get
        {
            for (var entry = this; entry is not null; entry = entry.Parent)
            {
                yield return entry;
            }
        }
    }

    public IEnumerable<Entry> LiveChildren => Children.Where(child => !child.InTrash && !child.IsTemplate);

    /// <summary>What is shown as blocks: everything but the rows of a data source.</summary>
    public IEnumerable<Entry> Blocks => LiveChildren.Where(child => child.Kind != EntryKind.DataSource);

    public void Touch(DateTimeOffset now, string userId)
    {
        Edited = now;
        EditedBy = userId;
    }

    public void Add(Entry child, int? place = null)
    {
        child.Parent = this;
        Children.Insert(place ?? Children.Count, child);
    }
}
