using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using NotionGateway.Cli;
using NotionGateway.Notion;
using NotionGateway.Settings;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests;

/// <summary>The pages that list what the code has must list just that.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void Every_setting_is_on_its_page_with_its_default()
    {
        // One of everything that has a name of the operator's choosing, so that every setting is asked for.
        var catalogue = Configured.Read(
            ("Gateway:Access:ExtraOperations:0:Method", "GET"),
            ("Gateway:Access:Issuers:corp:Audiences:0", "notion-gateway"),
            ("Gateway:Access:Callers:crm:Identities:pod:Issuer", "corp"),
            ("Gateway:Caching:Policies:site:Ttl", "00:01:00"),
            ("Gateway:Credentials:kv:Source", "KeyVault"),
            ("Gateway:FlowControl:Plans:own:Burst", "5"),
            ("Gateway:Forwarding:ProxyPassword:Source", "File"),
            ("Gateway:OAuth:Apps:crm:ClientId", "id"),
            ("Gateway:OAuth:Store:Password:Source", "File"),
            ("Gateway:Operator:Identities:ann:Issuer", "corp"),
            ("Gateway:OAuth:PreviousEncryptionKey:Source", "File"),
            ("Gateway:Shared:Redis:Password:Source", "File"),
            ("Gateway:Webhooks:site:Token:Source", "File")).Catalogue.All;

        var page = Rows("configuration.md").Where(row => row[0].StartsWith("Gateway:")).ToDictionary(row => row[0], row => row[1]);

        Assert.Equal(catalogue.Keys.Order(StringComparer.Ordinal), page.Keys.Order(StringComparer.Ordinal));
        Assert.All(catalogue, setting => Assert.Equal((setting.Key, setting.Value ?? ""), (setting.Key, page[setting.Key])));
    }

    [Fact]
    public void The_recipe_for_several_workspaces_is_a_configuration_that_is_right()
    {
        var page = Repository.Read("docs", "workspaces.md");
        var from = page.IndexOf("```json", StringComparison.Ordinal) + "```json".Length;
        using var json = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(page[from..page.IndexOf("```", from, StringComparison.Ordinal)]));
        var file = new ConfigurationBuilder().AddJsonStream(json)
            .AddInMemoryCollection([new("Kestrel:Endpoints:Data:Url", "http://*:8080"), new("Kestrel:Endpoints:Management:Url", "http://*:8081")]).Build();
        var errors = new SettingErrors();
        var settings = NotionGateway.Hosting.GatewaySettings.Read(file, errors);
        Assert.Empty(errors.All);
        Assert.Equal(
            ["crm: sales", "helpdesk: support", "reporting: group"], settings.Access.Callers.Select(caller => $"{caller.Name}: {caller.Credential}").Order());
    }

    [Fact]
    public void Every_operation_is_on_its_page() => Assert.Equal(
        NotionOperations.All.Select(operation =>
            string.Join(" | ", operation.Name, operation, operation.Needs.Description(), YesNo(operation.Reads), YesNo(operation.Repeatable))),
        Rows("operations.md").Skip(1).Select(row => string.Join(" | ", row)));

    [Fact]
    public void Every_reason_is_on_its_page_with_its_status()
    {
        var rows = Rows("operating.md").Where(row => int.TryParse(row[0], out var status) && status >= 400).ToList();
        var page = rows.SelectMany(row => row[1].Split(", ").Select(name => (Name: name, Status: int.Parse(row[0]))));
        Assert.Equal(RefusalReason.All.Select(reason => (reason.Name, reason.Status)).Order(), page.Order());
    }

    [Fact]
    public void Every_decision_has_a_number_of_its_own()
    {
        var files = Directory.GetFiles(Repository.PathOf("docs", "decisions"), "*.md").Select(path => Path.GetFileName(path)).ToList();
        Assert.All(files, file => Assert.Matches(@"^\d{4}-[a-z0-9-]+\.md$", file));
        Assert.Equal(files.Count, files.Select(file => file[..4]).Distinct().Count());
    }

    [Fact]
    public void Links_between_pages_lead_somewhere()
    {
        string[] pages =
            [.. Directory.GetFiles(Repository.Root, "*.md"), .. Directory.GetFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories)];
        Assert.All(pages, page => Assert.All(Links().Matches(File.ReadAllText(page)).Select(match => match.Groups["target"].Value), target =>
            Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target)), $"{Path.GetFileName(page)} leads to {target}")));
    }

    [Fact]
    public void Every_page_that_uses_the_command_says_how_to_have_it()
    {
        var pages = Pages()
            .Where(page => Path.GetFileName(page) is not ("CHANGELOG.md" or "SECURITY.md") && Mentions().IsMatch(File.ReadAllText(page)))
            .ToList();
        Assert.True(pages.Count >= 4, $"only {pages.Count} pages");
        Assert.All(pages, page => Assert.True(
            File.ReadAllText(page).Contains(Path.GetFileName(page) == "README.md" ? "### The command" : "#the-command")
            || !page.StartsWith(Repository.PathOf("docs")), page));
    }

    [Fact]
    public void Every_command_line_on_the_pages_is_one_that_the_program_takes()
    {
        var lines = Pages()
            .SelectMany(page => CommandLines().Matches(File.ReadAllText(page)).Select(match => match.Groups["arguments"].Value.Trim('[', ']', ' ')))
            .Where(line => line is not ("explain" or "connect new")) // Those two name a command.
            .Select(line => line.Split(" < ")[0].Split(" | ")[0]).Distinct().ToList();
        Assert.True(lines.Count >= 15, string.Join('\n', lines));
        var wrong = new List<string>();
        foreach (var line in lines)
        {
            var errors = GatewayCommands.Parse(line.Replace("[", "").Split(' ', StringSplitOptions.RemoveEmptyEntries), new FakeEnvironment()).Errors;
            wrong.AddRange(errors.Select(error => $"{line}: {error.Message}"));
        }

        Assert.Empty(wrong);
    }

    private static IEnumerable<string> Pages() =>
        [.. Directory.GetFiles(Repository.Root, "*.md"), .. Directory.GetFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories),
            .. Directory.GetFiles(Repository.PathOf("deploy"), "*.md", SearchOption.AllDirectories)];

    /// <summary>The rows of a page's tables, cell by cell, without the marks of code.</summary>
    private static IEnumerable<string[]> Rows(string page) => Repository.Read("docs", page).Split('\n')
        .Where(line => line.StartsWith("| ") && !line.StartsWith("|---"))
        .Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim().Replace("`", "")).ToArray());

    private static string YesNo(bool value) => value ? "yes" : "no";

    [GeneratedRegex(@"\bnotion-gateway (key|check|explain|status|top|connect|grants|healthcheck)\b")]
    private static partial Regex Mentions();

    /// <summary>In a block of code or a code span, however the program is started there.</summary>
    [GeneratedRegex(
        @"(?<=[`\s(](src/NotionGateway --|/notion-gateway|([\w.-]+/)*notion-gateway:\d+\.\d+\.\d+|--rm notion-gateway|--sandbox notion-gateway)" +
        @"|(^|`|')notion-gateway) " +
        @"(?<arguments>(key|check|explain|status|top|connect|grants|healthcheck|--sandbox)\b[^`'\n#…]*)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CommandLines();

    [GeneratedRegex(@"\]\((?!http)(?<target>[^)#]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Links();
}
