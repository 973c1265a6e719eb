using NotionSandbox.Blocks;
using NotionSandbox.Properties;

namespace NotionSandbox.Workspaces;

/// <summary>What an entry is called.</summary>
internal static class Titles
{
    public static string Of(Entry entry) => entry.Kind switch
    {
        EntryKind.Page => RichText.PlainText(entry.Values.GetValueOrDefault(Schema.TitleId)?["title"]),
        EntryKind.Database or EntryKind.DataSource => RichText.PlainText(entry.Content["title"]),
        _ => "",
    };
}
