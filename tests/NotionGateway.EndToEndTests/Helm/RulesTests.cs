using System.Text.Json.Nodes;
using k8s.Models;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>Rules and dashboards have one source, the files in <c>deploy/</c>, and come out of the chart unharmed.</summary>
public sealed class RulesTests
{
    [Fact]
    public void The_rendered_rules_are_those_of_the_file_and_Prometheus_takes_them()
    {
        var spec = HelmChart.Render(
            "existing-secret", "--set", "metrics.prometheusRule.enabled=true,metrics.prometheusRule.namespaceScope=false").One("PrometheusRule")["spec"]!;
        var source = RenderedChart.Parse(Repository.Read("deploy", "prometheus", "rules.yaml")).Single();
        Assert.True(JsonNode.DeepEquals(source, spec), spec.ToJsonString());

        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, spec.ToJsonString());
            var (exitCode, output, error) = HelmChart.Run("promtool", ["check", "rules", file]);
            Assert.True(exitCode == 0, output + error);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void The_rules_are_changed_as_the_values_say()
    {
        var rules = RulesOf(HelmChart.Render("everything"));
        var source = RulesOf(HelmChart.Render(
            "existing-secret", "--set", "metrics.prometheusRule.enabled=true,metrics.prometheusRule.namespaceScope=false"));
        Assert.Equal(source.Count - 1, rules.Count);
        Assert.DoesNotContain(rules, rule => (string?)rule["alert"] == "NotionGatewayBudgetNearlyUsed");
        Assert.All(rules, rule => Assert.DoesNotMatch(
            @"(?>notion_gateway_[\w:]+|\bup\b)\{(?!namespace=""notion-gateway"")", rule["expr"]!.GetValue<string>()));
        var alerts = rules.Where(rule => rule["alert"] is not null).ToList();
        Assert.All(alerts, alert =>
        {
            Assert.Equal("platform", alert["labels"]!["team"]!.GetValue<string>());
            Assert.StartsWith("https://wiki.example.com/notion-gateway#notiongateway", alert["annotations"]!["runbook_url"]!.GetValue<string>());
        });
        var waits = alerts.Single(alert => (string?)alert["alert"] == "NotionGatewayQueueWaitHigh");
        Assert.EndsWith("> 12.5", waits["expr"]!.GetValue<string>().Trim());
        Assert.Contains(" 12.5 s ", waits["annotations"]!["description"]!.GetValue<string>());
    }

    [Fact]
    public void Every_alert_with_a_number_of_its_own_can_have_another()
    {
        var schema = JsonNode.Parse(HelmChart.Read("values.schema.json"))!["properties"]!["metrics"]!["properties"]!["prometheusRule"]!["properties"]!;
        foreach (var name in schema["thresholds"]!["propertyNames"]!["enum"]!.AsArray().Select(name => name!.GetValue<string>()))
        {
            var set = $"metrics.prometheusRule.enabled=true,metrics.prometheusRule.thresholds.{name}=7";
            var rule = RulesOf(HelmChart.Render("existing-secret", "--set", set)).Single(rule => (string?)rule["alert"] == name);
            Assert.Matches(@"[<>] 7$", rule["expr"]!.GetValue<string>().Trim());
        }
    }

    private static List<JsonNode> RulesOf(RenderedChart chart) =>
        [.. chart.One("PrometheusRule")["spec"]!["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).Select(rule => rule!)];

    [Fact]
    public void Every_dashboard_is_a_ConfigMap_with_the_very_bytes_of_its_file()
    {
        var rendered = HelmChart.Render("everything").OfKind("ConfigMap").Select(item => (V1ConfigMap)RenderedChart.Strictly(item, typeof(V1ConfigMap)))
            .Where(map => map.Metadata.Labels?.ContainsKey("grafana_dashboard") is true)
            .SelectMany(map => map.Data).ToDictionary(pair => pair.Key, pair => pair.Value.Trim());
        var files = Directory.GetFiles(Repository.PathOf("deploy", "grafana", "dashboards"), "*.json")
            .ToDictionary(path => $"notion-gateway-{Path.GetFileName(path)}", path => File.ReadAllText(path).Trim());
        Assert.NotEmpty(files);
        Assert.Equal(files.OrderBy(pair => pair.Key), rendered.OrderBy(pair => pair.Key));
    }

    [Fact]
    public void The_packed_chart_holds_the_files_and_not_the_links()
    {
        var folder = Directory.CreateTempSubdirectory("package-").FullName;
        try
        {
            Assert.Equal(0, HelmChart.Run("package", HelmChart.Folder, "-d", folder).ExitCode);
            var package = Directory.GetFiles(folder).Single();
            var (exitCode, output, error) = HelmChart.Template(
                HelmChart.Release, package, "-f", HelmChart.ValuesOf("everything"), "--api-versions", HelmChart.PrometheusOperator);
            Assert.True(exitCode == 0, error);
            Assert.Equal(HelmChart.Render("everything").Text, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
