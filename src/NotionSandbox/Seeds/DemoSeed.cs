using System.Text.Json.Nodes;
using NotionSandbox.Blocks;
using NotionSandbox.Ids;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Seeds;

/// <summary>The small workspace that every sandbox starts with. The numbers of what is in it are in the README.</summary>
internal static class DemoSeed
{
    private const int LongPageBlocks = 250;

    public static void Plant(SeedKind seed, Workspace workspace)
    {
        var plot = new Plot(workspace);
        workspace.People.Add(new Person(plot.Author, "Ada Lovelace", "ada@example.com"));
        var home = plot.Page(1, null, seed == SeedKind.Empty ? "Home" : "Team home", "🏡");
        if (seed == SeedKind.Empty)
        {
            return;
        }

        workspace.People.Add(new Person(plot.Id(FixedIds.Person, 2), "Grace Hopper", "grace@example.com"));
        workspace.Emojis.Add(new CustomEmoji(plot.Id(FixedIds.Emoji, 1), "shipit", "https://example.com/emoji/shipit.png"));
        workspace.Emojis.Add(new CustomEmoji(plot.Id(FixedIds.Emoji, 2), "party-gopher", "https://example.com/emoji/party-gopher.png"));
        PlantHome(plot, home);
        TaskRows.Plant(plot, workspace, home);
        PlantPages(plot, home);
        workspace.Comments.Add(Comment(plot, home, 1, 1, "Shall we keep this page short?"));
        workspace.Comments.Add(Comment(plot, home, 2, 2, "Yes, please."));
        workspace.Agents.Add(Agent(plot, 1, "Release notes writer", "Turns finished tasks into release notes"));
        workspace.Agents.Add(Agent(plot, 2, "Inbox triage", "Sorts what comes in"));
    }

    private static void PlantHome(Plot plot, Entry home)
    {
        plot.Block(home, "heading_1", "Welcome");
        plot.Block(home, "paragraph", "This workspace is pretend. Nothing in it is lost when you break it.");
        plot.Block(home, "to_do", "Read this page", new JsonObject { ["checked"] = true });
        plot.Block(home, "to_do", "Try the API");
        var list = plot.Block(home, "bulleted_list_item", "Things to know");
        plot.Block(list, "bulleted_list_item", "Pages hold blocks, and blocks hold blocks");
        plot.Block(home, "code", "GET /v1/users/me", new JsonObject { ["language"] = "plain text" });
        plot.Block(home, "divider");
        plot.Block(home, "quote", "Simple things should be simple.");
    }

    private static void PlantPages(Plot plot, Entry home)
    {
        var meetings = plot.Page(2, home, "Meetings", "🗓️");
        plot.Block(meetings, MeetingNotes.Type, more: MeetingNotes.Content("Weekly sync", "notes_ready"));
        plot.Block(meetings, "paragraph", "Who was there, and what was said.");
        var longPage = plot.Page(3, home, "Long page", "📜");
        for (var line = 1; line <= LongPageBlocks; line++)
        {
            plot.Block(longPage, "paragraph", $"Line {line}");
        }
    }

    private static Comment Comment(Plot plot, Entry parent, int number, int author, string text)
    {
        var time = plot.NextTime();
        return new Comment
        {
            Id = plot.Id(FixedIds.Comment, number),
            DiscussionId = plot.Id(FixedIds.Comment, 100),
            Parent = parent,
            CreatedBy = plot.Id(FixedIds.Person, author),
            Created = time,
            Edited = time,
            RichText = RichText.Plain(text),
            DisplayName = new JsonObject { ["type"] = "user", ["resolved_name"] = author == 1 ? "Ada Lovelace" : "Grace Hopper" },
        };
    }

    private static Agent Agent(Plot plot, int number, string name, string description)
    {
        var time = plot.NextTime();
        return new Agent
        {
            Id = plot.Id(FixedIds.Agent, number),
            Name = name,
            Description = description,
            CreatedBy = plot.Author,
            Created = time,
            Edited = time,
            RunsCompleted = 3 * number,
        };
    }
}
