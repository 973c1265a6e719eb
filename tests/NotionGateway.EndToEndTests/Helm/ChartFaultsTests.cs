using k8s.Models;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>Releases, values and copies of the chart that are not as their author expected.</summary>
public sealed class ChartFaultsTests
{
    [Theory]
    [InlineData("my.release", "my-release-notion-gateway")]
    [InlineData("1st", "r1st-notion-gateway")]
    [InlineData("123", "r123-notion-gateway")]
    public void A_release_of_any_name_has_names_that_Services_may_have(string release, string name)
    {
        var rendered = HelmChart.Render(release, "everything", []);
        Assert.Equal(name, rendered.Deployment.Metadata.Name);
        Assert.All(rendered.OfKind("Service"), service => Assert.Matches("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", (string)service["metadata"]!["name"]!));
        Assert.Equal(release, rendered.Deployment.Spec.Selector.MatchLabels["app.kubernetes.io/instance"]);
    }

    public static TheoryData<string> Sections => [.. ListedSections()];

    [Theory]
    [MemberData(nameof(Sections))]
    public void A_missing_section_is_a_sentence(string section)
    {
        var (exitCode, _, error) = HelmChart.Template(
            HelmChart.Release, HelmChart.Folder, "-f", HelmChart.ValuesOf("existing-secret"), "--set", $"{section}=null");
        Assert.NotEqual(0, exitCode);
        Assert.Contains($"{section}: this section of the values is missing", error);
        Assert.DoesNotContain("nil pointer", error);
    }

    [Fact]
    public void Every_template_asks_for_the_sections_first() => Assert.All(
        Directory.GetFiles(Path.Combine(HelmChart.Folder, "templates"), "*.*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".tpl")),
        path => Assert.StartsWith("""{{- include "notion-gateway.sections" . """, File.ReadAllText(path)));

    [Theory]
    [InlineData("metrics.prometheusRule.enabled=true", "files/rules.yaml", "files/rules.yaml is missing: it is a symbolic link")]
    [InlineData("metrics.dashboards.enabled=true", "files/dashboards", "files/dashboards is missing: it is a symbolic link")]
    public void Links_that_are_missing_or_became_text_are_a_sentence(string values, string link, string sentence)
    {
        var copy = Directory.CreateTempSubdirectory("chart-").FullName;
        try
        {
            Assert.Equal(0, HelmChart.Run("cp", ["-rL", $"{HelmChart.Folder}/.", copy]).ExitCode);
            Assert.Equal(0, HelmChart.Run("rm", ["-r", Path.Combine(copy, link)]).ExitCode);
            Assert.Contains(sentence, Error(copy, values));
            File.WriteAllText(Path.Combine(copy, link), "../../../deploy/somewhere");
            Assert.Contains(sentence, Error(copy, values));
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    [Fact]
    public void No_key_is_rendered_twice_whatever_labels_and_annotations_repeat_the_charts_own()
    {
        // RenderedChart refuses a key that stands twice.
        const string Label = "app\\.kubernetes\\.io/name=other";
        var rendered = HelmChart.Render(
            "everything",
            "--set", $"commonLabels.{Label},podLabels.{Label},service.labels.{Label},metrics.serviceMonitor.labels.{Label}",
            "--set", $"metrics.podMonitor.labels.{Label},metrics.prometheusRule.labels.{Label},metrics.dashboards.labels.{Label}",
            "--set", "podAnnotations.checksum/config=mine,networkPolicy.callers.podLabels.app\\.kubernetes\\.io/instance=other");
        Assert.Equal("notion-gateway", rendered.Deployment.Spec.Template.Metadata.Labels["app.kubernetes.io/name"]);
        Assert.NotEqual("mine", rendered.Deployment.Spec.Template.Metadata.Annotations["checksum/config"]);
        HelmChart.Render("oauth", "--set", "oauth.persistence.annotations.helm\\.sh/resource-policy=delete");
    }

    [Fact]
    public void Pods_have_no_label_with_a_version() => Assert.DoesNotContain(
        HelmChart.Render("everything").Deployment.Spec.Template.Metadata.Labels,
        label => label.Key is "helm.sh/chart" or "app.kubernetes.io/version");

    [Theory]
    [InlineData("1.29.0", "AlwaysAllow")]
    [InlineData("1.26.0", null)]
    public void A_pod_that_is_not_ready_does_not_keep_a_node_from_being_drained(string version, string? policy) => Assert.Equal(
        policy,
        HelmChart.Render("everything", "--kube-version", version).One<V1PodDisruptionBudget>("PodDisruptionBudget").Spec.UnhealthyPodEvictionPolicy);

    [Theory]
    [InlineData(0, "metrics.renderMode=auto", HelmChart.LiveCluster)]
    [InlineData(1, "metrics.renderMode=always", HelmChart.LiveCluster)]
    [InlineData(1, "metrics.renderMode=auto", "v1")]
    public void Without_a_cluster_nothing_is_left_out(int monitors, string mode, string api)
    {
        var (exitCode, output, error) = HelmChart.Template(
            HelmChart.Release, HelmChart.Folder, "-f", HelmChart.ValuesOf("everything"), "--set", mode, "--api-versions", api);
        Assert.True(exitCode == 0, error);
        Assert.Equal(monitors, new RenderedChart(output).OfKind("ServiceMonitor").Count());
    }

    [Fact]
    public void A_cluster_without_the_operator_stops_the_installation_if_that_was_asked_for()
    {
        var error = Error(HelmChart.Folder, "metrics.serviceMonitor.enabled=true,metrics.renderMode=fail");
        Assert.Contains("metrics: the cluster does not know monitoring.coreos.com/v1", error);
    }

    [Fact]
    public void Ports_of_the_proxy_the_collector_and_the_metadata_service_are_open()
    {
        var egress = HelmChart.Render("everything").One<V1NetworkPolicy>("NetworkPolicy").Spec.Egress;
        Assert.Equal(["53", "53", "443", "3128", "4317", "80", "9999"], egress.SelectMany(rule => rule.Ports).Select(port => port.Port.Value));
        Assert.Equal("169.254.169.254/32", egress.Single(rule => rule.To is not null).To.Single().IpBlock.Cidr);
    }

    [Fact]
    public void Commands_in_the_pod_know_the_configuration()
    {
        var container = HelmChart.Render("existing-secret").Container;
        var config = container.Env.Single(variable => variable.Name == "GATEWAY_CONFIG").Value;
        Assert.Equal(container.Args[container.Args.IndexOf("--config") + 1], config);
    }

    [Fact]
    public void None_replicas_are_allowed_and_anchors_and_a_condition_are_no_mistake()
    {
        var rendered = HelmChart.Render("existing-secret", "--set", "replicaCount=0,enabled=true,x-anchor.a=1,global.other.b=2");
        Assert.Equal((0, 1), (rendered.Deployment.Spec.Replicas, rendered.Settings["Gateway"]!["FlowControl"]!["Replicas"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("global.imageRegistry=mirror.example.com", "mirror.example.com/notion-gateway/notion-gateway:{0}")]
    [InlineData("image.registry=own.example.com:5000,global.imageRegistry=mirror.example.com", "own.example.com:5000/notion-gateway/notion-gateway:{0}")]
    [InlineData("image.repository=notion-gateway,global.imageRegistry=mirror.example.com", "mirror.example.com/notion-gateway:{0}")]
    [InlineData("image.repository=localhost:5001/notion-gateway", "localhost:5001/notion-gateway:{0}")]
    [InlineData("image.tag=v2", "ghcr.io/notion-gateway/notion-gateway:v2")]
    public void The_registry_is_the_images_own_or_the_global_one_or_that_of_the_repository(string values, string image) =>
        Assert.Equal(image.Replace("{0}", Repository.Version), HelmChart.Render("existing-secret", "--set", values).Container.Image);

    private static string Error(string folder, string values)
    {
        var (exitCode, _, error) = HelmChart.Template(HelmChart.Release, folder, "-f", HelmChart.ValuesOf("existing-secret"), "--set", values);
        Assert.NotEqual(0, exitCode);
        return error;
    }

    private static IEnumerable<string> ListedSections()
    {
        var checks = HelmChart.Read("templates", "_checks.tpl");
        var list = checks[checks.IndexOf("range list", StringComparison.Ordinal)..checks.IndexOf("$value := ", StringComparison.Ordinal)];
        return list.Split('"').Where((_, index) => index % 2 == 1);
    }
}
