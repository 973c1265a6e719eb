using System.Text.Json.Nodes;
using NotionSandbox.Blocks;
using NotionSandbox.Ids;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Seeds;

/// <summary>The demo database: a few tasks, a template for new ones, and two ways to look at them.</summary>
internal static class TaskRows
{
    private const int FirstRow = 11;
    private const int Template = 21;

    private static readonly (string Name, string Status, string Priority, string[] Tags, int Estimate, string Due)[] Rows =
    [
        ("Write the quick start", "Done", "High", ["docs"], 3, "2026-03-10"),
        ("Rotate the token", "In progress", "High", ["api"], 1, "2026-03-12"),
        ("Measure the queue", "In progress", "Low", ["api"], 5, "2026-03-20"),
        ("Describe every error", "Not started", "Low", ["api", "docs"], 8, "2026-04-01"),
        ("Celebrate", "Not started", "High", [], 2, "2026-04-02"),
    ];

    public static void Plant(Plot plot, Workspace workspace, Entry home)
    {
        var title = RichText.Plain("Tasks");
        var database = plot.Container(EntryKind.Database, plot.Id(FixedIds.Database, 1), "child_database", home, new JsonObject
        {
            ["title"] = title,
            ["description"] = RichText.Plain("What the team is up to"),
            ["is_inline"] = true,
            ["icon"] = new JsonObject { ["type"] = "emoji", ["emoji"] = "✅" },
        });
        var source = plot.Container(EntryKind.DataSource, plot.Id(FixedIds.DataSource, 1), "data_source", database, new JsonObject
        {
            ["title"] = title.DeepClone(),
            ["properties"] = TaskSchema.Create(),
        });
        for (var i = 0; i < Rows.Length; i++)
        {
            PlantRow(plot, source, i);
        }

        var template = plot.Page(Template, source, "New task", isTemplate: true);
        plot.Block(template, "to_do", "Say what is done when it is done");
        foreach (var (number, name, type) in new[] { (1, "All tasks", "table"), (2, "Board", "board") })
        {
            workspace.Views.Add(View.Of(source, plot.Id(FixedIds.View, number), name, type, plot.NextTime(), plot.Author));
        }
    }

    private static void PlantRow(Plot plot, Entry source, int index)
    {
        var (name, status, priority, tags, estimate, due) = Rows[index];
        var row = plot.Page(FirstRow + index, source, name, serial: index + 1);
        Plot.Values(row, new JsonObject
        {
            ["Status"] = Plot.Option(source, "Status", status),
            ["Priority"] = Plot.Option(source, "Priority", priority),
            ["Tags"] = new JsonArray([.. tags.Select(tag => Plot.Option(source, "Tags", tag))]),
            ["Estimate"] = estimate,
            ["Due"] = new JsonObject { ["start"] = due, ["end"] = null, ["time_zone"] = null },
            ["Reviewed"] = index == 0,
            ["Owner"] = new JsonArray(new JsonObject { ["object"] = "user", ["id"] = plot.Author }),
            ["Link"] = "https://example.com/tasks/" + (index + 1),
            ["Notes"] = RichText.Plain($"Notes on “{name}”"),
        });
        plot.Block(row, "paragraph", $"All there is to say about “{name}”.");
    }
}
