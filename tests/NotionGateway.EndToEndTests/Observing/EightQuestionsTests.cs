using System.Text.RegularExpressions;
using NotionGateway.Cli;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Observing;

/// <summary>The table of eight questions: every command, column, panel, alert and heading that it sends its reader to exists.</summary>
public sealed partial class EightQuestionsTests
{
    private const string TitleStart = "Notion Gateway / ";

    private static readonly string Page = Repository.Read("docs", "operating.md");

    private static readonly IReadOnlyList<string[]> Rows =
    [
        .. Page.Split("## Eight questions")[1].Split("\n### ")[0].Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains('?'))
            .Select(line => line.Trim('|', ' ').Split(" | ")),
    ];

    [Fact]
    public void There_are_eight_and_each_has_an_answer_in_three_ways() =>
        Assert.Equal(Enumerable.Repeat(4, 8), Rows.Select(row => row.Count(cell => cell.Trim().Length > 0)));

    [Fact]
    public void Each_command_is_one_of_the_program_and_shows_the_columns_that_are_named()
    {
        var shown = Repository.Read("docs", "status.md");
        Assert.All(Rows, row =>
        {
            var (command, columns) = (Code().Match(row[1]).Groups["text"].Value, Code().Matches(row[1]).Skip(1).Select(match => match.Groups["text"].Value));
            Assert.StartsWith("notion-gateway ", command);
            Assert.Empty(GatewayCommands.Parse(command.Split(' ')[1..], new FakeEnvironment()).Errors);
            Assert.All(columns, column => Assert.Matches($@"(?m)^.*\b{Regex.Escape(column)}\b.*$", shown.Split("```")[3] + shown.Split("```")[5]));
        });
    }

    [Fact]
    public void Each_panel_is_on_the_dashboard_that_is_named()
    {
        var panels = Dashboard.All.ToDictionary(
            dashboard => dashboard.Json.GetProperty("title").GetString()![TitleStart.Length..],
            dashboard => dashboard.Panels.Select(panel => panel.Title).ToList());
        var named = 0;
        foreach (var row in Rows)
        {
            var dashboard = "";
            foreach (var name in Italics().Matches(row[2]).Select(match => match.Groups["text"].Value))
            {
                dashboard = panels.ContainsKey(name) ? name : dashboard;
                named += name == dashboard ? 0 : 1;
                Assert.True(name == dashboard || panels[dashboard].Contains(name), $"{row[0]}: there is no panel '{name}' on '{dashboard}'");
            }
        }

        Assert.True(named >= 12, $"{named} panels");
        var mentioned = Italics().Matches(Page.Split("### From a panel to the log")[1].Split("\n## ")[0]).Select(match => match.Groups["text"].Value);
        Assert.All(mentioned, name => Assert.Contains(panels.Values, titles => titles.Contains(name)));
    }

    [Fact]
    public void Each_alert_and_each_section_is_there()
    {
        var (rules, alerts) = (Repository.Read("deploy", "prometheus", "rules.yaml"), Repository.Read("docs", "alerts.md"));
        foreach (var link in Rows.SelectMany(row => Links().Matches(row[2])))
        {
            var (text, target) = (link.Groups["text"].Value, link.Groups["target"].Value);
            if (target.StartsWith('#'))
            {
                Assert.Contains(Headings().Matches(Page), heading => heading.Groups["text"].Value.ToLowerInvariant().Replace(' ', '-') == target[1..]);
            }
            else
            {
                Assert.Equal($"alerts.md#{text.ToLowerInvariant()}", target);
                Assert.Contains($"alert: {text}\n", rules);
                Assert.Contains($"### {text}\n", alerts);
            }
        }

        Assert.True(Rows.Sum(row => row[2].Contains("NotionGateway", StringComparison.Ordinal) ? 1 : 0) >= 5);
    }

    [Fact]
    public void Each_page_is_in_the_navigation_and_each_heading_on_one()
    {
        var folder = Repository.PathOf("src", "NotionGateway", "Operator", "Pages");
        var parts = string.Concat(Directory.GetFiles(Path.Combine(folder, "Parts"), "*.razor").Select(File.ReadAllText));
        var frame = File.ReadAllText(Path.Combine(folder, "Views", "PageFrame.cs"));
        Assert.All(Rows, row =>
        {
            Assert.Contains($", \"{FirstWord().Match(row[3]).Value}\")", frame);
            Assert.All(Code().Matches(row[3]).Select(match => match.Groups["text"].Value), heading => Assert.Contains($">{heading}</", parts));
        });
    }

    [GeneratedRegex("`(?<text>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Code();

    [GeneratedRegex(@"\*(?<text>[^*]+)\*", RegexOptions.ExplicitCapture)]
    private static partial Regex Italics();

    [GeneratedRegex(@"\[(?<text>[^\]]+)\]\((?<target>[^)]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Links();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Headings();

    [GeneratedRegex(@"^\w+")]
    private static partial Regex FirstWord();
}
