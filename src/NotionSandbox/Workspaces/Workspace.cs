using NotionSandbox.Ids;
using NotionSandbox.Responses;

namespace NotionSandbox.Workspaces;

/// <summary>Everything that one workspace holds. Code that reads or changes it holds <see cref="Gate"/>.</summary>
internal sealed class Workspace(string name, int number)
{
    public Lock Gate { get; } = new();

    public string Name => name;

    public int Number => number;

    public string Id { get; } = FixedIds.Of(FixedIds.Workspace, number, 1);

    public Dictionary<string, Entry> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>What is at the top, outside of any page.</summary>
    public List<Entry> Roots { get; } = [];

    public List<Person> People { get; } = [];

    public List<Comment> Comments { get; } = [];

    public List<View> Views { get; } = [];

    public Dictionary<string, ViewQuery> ViewQueries { get; } = new(StringComparer.Ordinal);

    public List<FileUpload> Uploads { get; } = [];

    public List<CustomEmoji> Emojis { get; } = [];

    public Dictionary<string, AsyncTask> Tasks { get; } = new(StringComparer.Ordinal);

    public List<Agent> Agents { get; } = [];

    public List<Session> Sessions { get; } = [];

    public Entry? Find(string id, EntryKind kind) => Entries.GetValueOrDefault(id) is { } entry && entry.Kind == kind ? entry : null;

    public void Register(Entry entry, Entry? parent, int? place = null)
    {
        Entries[entry.Id] = entry;
        if (parent is null)
        {
            Roots.Add(entry);
        }
        else
        {
            parent.Add(entry, place);
        }
    }

    public void Move(Entry entry, Entry parent)
    {
        if (parent.SelfAndAncestors.Contains(entry))
        {
            throw Refusal.Validation("Nothing can be moved into itself.");
        }

        Roots.Remove(entry);
        entry.Parent?.Children.Remove(entry);
        parent.Add(entry);
    }

    public void Remove(Entry entry)
    {
        foreach (var child in entry.Children.ToList())
        {
            Remove(child);
        }

        entry.Parent?.Children.Remove(entry);
        Entries.Remove(entry.Id);
    }

    /// <summary>Forgets all content.</summary>
    public void Empty()
    {
        Entries.Clear();
        Roots.Clear();
        People.Clear();
        Comments.Clear();
        Views.Clear();
        ViewQueries.Clear();
        Uploads.Clear();
        Emojis.Clear();
        Tasks.Clear();
        Agents.Clear();
        Sessions.Clear();
    }
}
