using NotionSandbox.Workspaces;

namespace NotionSandbox.Blocks;

/// <summary>What an entry is called.</summary>
internal static class Titles
{
    public static string Of(Entry entry) => entry.Kind switch
    {
        EntryKind.Page => RichText.PlainText(entry.Values.GetValueOrDefault(Entry.TitleId)?["title"]),
        EntryKind.Database or EntryKind.DataSource => RichText.PlainText(entry.Content["title"]),
        _ => "",
    };
}
