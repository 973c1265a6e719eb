using System.Text.RegularExpressions;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Observing;

/// <summary>The rules are right as promtool sees it, find what they are about, and lead their reader somewhere.</summary>
public sealed partial class RuleTests(ObservedGateway gateway)
{
    private const string Runbook = "https://github.com/notion-gateway/notion-gateway/blob/main/docs/operating.md#";

    /// <summary>What a scenario of some seconds must not find, and why; rules-tests.yaml shows when it is found.</summary>
    private static readonly Dictionary<string, string> Silent = new()
    {
        ["NotionGatewayAbsent"] = "the gateway is there",
        ["NotionGatewayCredentialStale"] = "nothing is an hour old",
        ["NotionGatewayQueueWaitHigh"] = "nothing has waited 20 s",
        ["NotionGatewayGrantStoreDown"] = "the grants are in a file",
        ["NotionGatewayReplicaSilent"] = "no replica has ended",
        ["NotionGatewayGrantLost"] = "there is no quarter of an hour before to compare with",
    };

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
        foreach (var rule in await observed.Prometheus.RulesAsync())
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
        var headings = Headings().Matches(Repository.Read("docs", "operating.md"))
            .Select(match => match.Groups["text"].Value.Trim().ToLowerInvariant()).ToHashSet();
        var tests = Repository.Read("deploy", "prometheus", "rules-tests.yaml");
        var alerts = (await (await gateway.Observation).Prometheus.RulesAsync()).Where(rule => rule.IsAlert).ToList();

        Assert.Equal(18, alerts.Count);
        Assert.All(alerts, alert =>
        {
            Assert.Contains(alert.Labels["severity"], (string[])["critical", "warning", "info"]);
            Assert.Equal(["description", "runbook_url", "summary"], alert.Annotations.Keys.Order(StringComparer.Ordinal));
            Assert.StartsWith(Runbook, alert.Annotations["runbook_url"]);
            Assert.Contains(alert.Annotations["runbook_url"][Runbook.Length..], headings);
            Assert.Contains($"ALERTS{{alertname=\"{alert.Name}\",alertstate=\"firing\",severity=\"{alert.Labels["severity"]}\"", tests);
        });
    }

    [GeneratedRegex("^#{2,3} (?<text>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Headings();
}
