using System.Text.RegularExpressions;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Observing;

/// <summary>The rules are right as promtool sees it, find what they are about, and lead their reader somewhere.</summary>
public sealed partial class RuleTests(ObservedGateway gateway)
{
    private const string Runbook = "https://github.com/notion-gateway/notion-gateway/blob/main/docs/alerts.md#";

    /// <summary>What a scenario of some seconds must not find, and why; rules-tests.yaml shows when it is found.</summary>
    private static readonly Dictionary<string, string> Silent = new()
    {
        ["NotionGatewayAbsent"] = "the gateway is there",
        ["NotionGatewayDefect"] = "nothing unexpected has failed",
        ["NotionGatewayConfigRefused"] = "the configuration was not changed",
        ["NotionGatewayCertificateExpires"] = "no listener has a certificate",
        ["NotionGatewayCredentialStale"] = "nothing is an hour old",
        ["NotionGatewayIssuerWithoutKeys"] = "the issuer has keys",
        ["NotionGatewayIssuerKeysOld"] = "no keys are two hours old",
        ["NotionGatewayTokensRefused"] = "nobody presents a token",
        ["NotionGatewayWaitBudgetBurn"] = "few requests have waited 5 s",
        ["NotionGatewayQueueWaitHigh"] = "nothing has waited 20 s",
        ["NotionGatewayGrantStoreDown"] = "the grants are in a file",
        ["NotionGatewayStaleResponses"] = "no policy allows older responses",
        ["NotionGatewayReplicaSilent"] = "no replica has ended",
        ["NotionGatewayGrantLost"] = "there is no quarter of an hour before to compare with",
    };

    /// <summary>
    /// Which responses come before the first scrape, and so count for nothing, and whether a scrape takes longer than a second, depends on the machine;
    /// rules-tests.yaml says when these fire.
    /// </summary>
    private static readonly string[] Either = ["NotionGatewayConnectionFailing", "NotionGatewayInstanceDown"];

    [Theory]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("check", "rules", "rules.yaml")]
    [InlineData("test", "rules", "rules-tests.yaml")]
    public async Task Promtool_finds_nothing_wrong(string verb, string what, string file)
    {
        var (exitCode, output) = await RunningProgram.RunAsync("promtool", [verb, what, Repository.PathOf("deploy", "prometheus", file)]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("SUCCESS", output);
    }

    [Fact]
    [Trait("Category", "Long")]
    public Task Promtool_finds_nothing_wrong_over_days() => Promtool_finds_nothing_wrong("test", "rules", "rules-tests-days.yaml");

    [Fact]
    public async Task Promtool_finds_nothing_to_say_about_our_metrics()
    {
        var page = Path.GetTempFileName();
        await File.WriteAllTextAsync(page, (await gateway.Observation).MetricsPage);
        var (_, output) = await RunningProgram.RunAsync("bash", ["-c", $"promtool check metrics < '{page}'"]);
        File.Delete(page);

        // It has read the page to its end if it complains of what is not ours; a page that it cannot read it calls so.
        Assert.DoesNotContain("error while linting", output);
        Assert.DoesNotContain(output.Split('\n'), line => line.StartsWith("notion_gateway_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_rule_finds_what_it_is_about()
    {
        var observed = await gateway.Observation;
        foreach (var rule in (await observed.Prometheus.RulesAsync()).Where(rule => !Either.Contains(rule.Name)))
        {
            var found = (await observed.AskAsync(rule.Expression)).Any(series => series.HasNumber);
            Assert.True(found != Silent.ContainsKey(rule.Name),
                $"{rule.Name} {(found ? "found something, though " + Silent.GetValueOrDefault(rule.Name) : "found nothing")}: {rule.Expression}");
        }
    }

    [Fact]
    public async Task Alerts_name_who_is_affected()
    {
        var observed = await gateway.Observation;
        var alerts = (await observed.AskAsync("""ALERTS{job="notion-gateway"}""")).Select(series =>
            (series.Labels["alertname"], series.Labels["alertstate"], series.Labels.GetValueOrDefault("credential"))).ToHashSet();

        Assert.Superset(
            new HashSet<(string, string, string?)>
            {
                ("NotionGatewayBlocked", "firing", "blocked"),
                ("NotionGatewayNotionTokenPresented", "firing", null),
                ("NotionGatewayTokenRefused", "pending", "dying"),
                ("NotionGatewayCredentialUnusable", "pending", "lost"),
                ("NotionGatewayCredentialRefreshFailing", "pending", "lost"),
                ("NotionGatewayBudgetNearlyUsed", "pending", "busy"),
                ("NotionGatewayUpstreamErrors", "pending", null),
                ("NotionGatewayInvalidKeySpike", "pending", null),
                ("NotionGatewaySharedBudgetLost", "pending", null),
                ("NotionGatewayGrantsUnsaved", "pending", null),
                ("NotionGatewayGrantRefreshFailing", "pending", "oauth:crm"),
            },
            alerts);
        Assert.All(
            alerts, alert => Assert.Equal(alert.Item1 is "NotionGatewayBlocked" or "NotionGatewayNotionTokenPresented" ? "firing" : "pending", alert.Item2));
        Assert.Equal(["blocked"], alerts.Where(alert => alert.Item1 == "NotionGatewayBlocked").Select(alert => alert.Item3));
        Assert.Equal(["dying"], alerts.Where(alert => alert.Item1 == "NotionGatewayTokenRefused").Select(alert => alert.Item3));
        Assert.Equal(["lost"], alerts.Where(alert => alert.Item1 == "NotionGatewayCredentialUnusable").Select(alert => alert.Item3));
    }

    [Fact]
    public async Task Every_alert_says_how_bad_what_and_what_to_do()
    {
        var sections = Sections().Matches(Repository.Read("docs", "alerts.md"))
            .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["text"].Value);
        var tests = Repository.Read("deploy", "prometheus", "rules-tests.yaml") + Repository.Read("deploy", "prometheus", "rules-tests-days.yaml");
        var alerts = (await (await gateway.Observation).Prometheus.RulesAsync()).Where(rule => rule.IsAlert).ToList();

        Assert.Equal(sections.Keys.Order(StringComparer.Ordinal), alerts.Select(alert => alert.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(alerts, alert =>
        {
            Assert.Contains(alert.Labels["severity"], (string[])["critical", "warning", "info"]);
            Assert.Equal(["description", "runbook_url", "summary"], alert.Annotations.Keys.Order(StringComparer.Ordinal));
            Assert.Equal(Runbook + alert.Name.ToLowerInvariant(), alert.Annotations["runbook_url"]);
            Assert.Contains($"ALERTS{{alertname=\"{alert.Name}\",alertstate=\"firing\",severity=\"{alert.Labels["severity"]}\"", tests);
            Assert.DoesNotMatch(@"\{\{ \$value (\}\}|\| humanize )|humanizePercentage", alert.Annotations["summary"] + alert.Annotations["description"]);
        });
        Assert.All(sections.Values, text =>
        {
            Assert.All((string[])["Meaning:", "Impact:", "Diagnosis:", "Mitigation:"], head => Assert.Contains($"\n**{head}**", text));
            Assert.Contains("\n```sh\n", text);
            Assert.Contains("\n```logql\n", text);
        });
    }

    [Fact]
    public void Every_metric_of_the_rules_has_braces_so_that_the_chart_can_add_the_namespace() =>
        Assert.DoesNotMatch(@"(?>notion_gateway_[\w:]+|\bup\b)(?!\{)", ExpressionsOf(Repository.Read("deploy", "prometheus", "rules.yaml")));

    private static IReadOnlyList<string> PagesWithQueries { get; } = [Repository.PathOf("docs", "alerts.md"), Repository.PathOf("docs", "operating.md")];

    /// <summary>Each line for jq on the pages is right: jq takes it, and it prints what the log of the observed gateway holds.</summary>
    [Fact]
    public async Task The_lines_for_jq_can_be_pasted()
    {
        var folder = Directory.CreateTempSubdirectory("log-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "gateway.log"), (await gateway.Observation).Log);
        var lines = PagesWithQueries.SelectMany(page => JqLines().Matches(File.ReadAllText(page))).Select(match => match.Value).ToList();
        Assert.True(lines.Count >= 24, $"{lines.Count} lines");
        var found = 0;
        foreach (var line in lines.Distinct())
        {
            var (exitCode, output) = await RunningProgram.RunAsync("bash", ["-o", "pipefail", "-c", $"cd '{folder}' && {line}"]);
            Assert.True(exitCode == 0, $"{line}: {output}");
            found += output.Length > 0 ? 1 : 0;
        }

        Directory.Delete(folder, recursive: true);
        Assert.True(found >= 10, $"only {found} of {lines.Count} lines found something");
    }

    /// <summary>No Loki runs here: its lines are read with Grafana's grammar, and ask for events that there are.</summary>
    [Fact]
    public async Task The_lines_for_Loki_can_be_read_and_name_events_of_the_gateway()
    {
        foreach (var page in PagesWithQueries)
        {
            var (exitCode, output) = await RunningProgram.RunAsync(
                "node", [Repository.PathOf("tests", "NotionGateway.EndToEndTests", "helm", "logql.mjs"), page]);
            Assert.True(exitCode == 0, output);
        }

        var source = string.Concat(Directory.EnumerateFiles(Repository.PathOf("src", "NotionGateway"), "*Log.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText));
        var events = PagesWithQueries.SelectMany(page => EventNames().Matches(File.ReadAllText(page)))
            .Select(match => match.Groups["name"].Value).Distinct().ToList();
        Assert.True(events.Count >= 10, $"{events.Count} events");
        Assert.All(events, name => Assert.Matches($"(void |EventName = \"){name}\\w*[(\"]", source));
    }

    private static string ExpressionsOf(string rules) => string.Join('\n', Expressions().Matches(rules).Select(match => match.Groups["text"].Value));

    [GeneratedRegex(@"expr: \|\n(?<text>(          .*\n)+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Expressions();

    [GeneratedRegex("EventName=~?\"(?<name>\\w+)")]
    private static partial Regex EventNames();

    [GeneratedRegex("^jq .*$", RegexOptions.Multiline)]
    private static partial Regex JqLines();

    [GeneratedRegex(
        "^### (?<name>NotionGateway\\w+)\n(?<text>.*?)(?=^### |\\z)", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Sections();
}
