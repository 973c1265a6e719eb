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
        var spec = HelmChart.Render("everything").One("PrometheusRule")["spec"]!;
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
