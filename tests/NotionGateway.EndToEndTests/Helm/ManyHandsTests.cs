using System.Diagnostics;
using System.Text.Json.Nodes;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>The chart in other hands than Helm 3: Helm 4, kustomize, and the schemas that clusters check with.</summary>
public sealed class ManyHandsTests
{
    public static TheoryData<string> Scenarios => [.. HelmChart.Scenarios];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Helm_4_renders_what_Helm_3_renders(string scenario)
    {
        string[] arguments =
        [
            "template", HelmChart.Release, HelmChart.Folder, "--namespace", "notion", "--kube-version", "1.29.0", "-f", HelmChart.ValuesOf(scenario),
            "--api-versions", HelmChart.PrometheusOperator,
        ];
        var (exitCode, output, error) = HelmChart.Run(HelmLayer.Helm4, arguments);
        Assert.True(exitCode == 0, error);
        Assert.Equal(HelmChart.Render(scenario).Text.Trim(), output.Trim());
    }

    [Fact]
    public void Helm_4_refuses_values_with_the_same_sentences()
    {
        var (exitCode, _, error) = HelmChart.Run(
            HelmLayer.Helm4, ["template", HelmChart.Release, HelmChart.Folder, "-f", HelmChart.ValuesOf("existing-secret"), "--set", "oauth.store=null"]);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("oauth.store: this section of the values is missing", error);
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Every_object_is_valid_for_the_schemas_of_Kubernetes_and_of_the_operators(string scenario)
    {
        var objects = HelmChart.Render(scenario).Objects;
        var (exitCode, output) = Validate(objects);
        Assert.True(exitCode == 0, output);
        Assert.Matches(@"^[1-9]\d* checked", output);
    }

    [Fact]
    public void A_value_of_the_wrong_type_is_found_by_the_schemas()
    {
        var objects = HelmChart.Render("everything").Objects.Select(item => item.DeepClone()).ToList();
        objects.Single(item => (string?)item["kind"] == "PodDisruptionBudget")["spec"]!["unhealthyPodEvictionPolicy"] = 3;
        objects.Single(item => (string?)item["kind"] == "ServiceMonitor")["spec"]!["endpoints"] = "none";
        objects.Single(item => (string?)item["kind"] == "HTTPRoute")["spec"]!["hostnames"] = 5;
        var (exitCode, output) = Validate(objects);
        Assert.Equal(1, exitCode);
        Assert.All(
            (string[])["PodDisruptionBudget", "ServiceMonitor", "HTTPRoute"], kind => Assert.Single(output.Split('\n'), line => line.StartsWith($"{kind} ")));
    }

    [Fact]
    public void Kustomize_renders_it_as_a_local_chart()
    {
        var folder = Directory.CreateTempSubdirectory("kustomize-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "charts"));
            Assert.Equal(0, HelmChart.Run("cp", ["-rL", HelmChart.Folder, Path.Combine(folder, "charts")]).ExitCode);
            File.Copy(HelmChart.ValuesOf("existing-secret"), Path.Combine(folder, "values.yaml"));
            File.WriteAllText(Path.Combine(folder, "kustomization.yaml"), """
                helmGlobals: { chartHome: charts }
                helmCharts: [{ name: notion-gateway, releaseName: rel, namespace: notion, valuesFile: values.yaml, kubeVersion: 1.29.0 }]
                """);
            var (exitCode, output, error) = HelmChart.Run(
                HelmLayer.Kubectl, ["kustomize", "--enable-helm", "--helm-command", HelmChart.Program, folder]);
            Assert.True(exitCode == 0, error);
            var rendered = new RenderedChart(output);
            Assert.Equal("rel-notion-gateway", rendered.Deployment.Metadata.Name);
            Assert.Equal("notion", rendered.Deployment.Metadata.NamespaceProperty);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (int ExitCode, string Output) Validate(IEnumerable<JsonNode> objects)
    {
        var folder = Repository.PathOf("tests", "NotionGateway.EndToEndTests", "helm");
        var start = new ProcessStartInfo("node", "validate.mjs")
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(new JsonArray([.. objects.Select(item => item.DeepClone())]).ToJsonString());
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.Result + error.Result);
    }
}
