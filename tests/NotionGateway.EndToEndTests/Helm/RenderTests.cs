using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s.Models;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>What every scenario must be: clean for Helm, known to Kubernetes, without secrets, with names that fit.</summary>
public sealed partial class RenderTests
{
    private const string LongName = "a-release-name-as-long-as-helm-allows-it-to-be-0123456";

    private static readonly Dictionary<string, Type> Known = new()
    {
        ["v1/ConfigMap"] = typeof(V1ConfigMap),
        ["v1/PersistentVolumeClaim"] = typeof(V1PersistentVolumeClaim),
        ["v1/Pod"] = typeof(V1Pod),
        ["v1/Service"] = typeof(V1Service),
        ["v1/ServiceAccount"] = typeof(V1ServiceAccount),
        ["apps/v1/Deployment"] = typeof(V1Deployment),
        ["batch/v1/Job"] = typeof(V1Job),
        ["autoscaling/v2/HorizontalPodAutoscaler"] = typeof(V2HorizontalPodAutoscaler),
        ["networking.k8s.io/v1/Ingress"] = typeof(V1Ingress),
        ["networking.k8s.io/v1/NetworkPolicy"] = typeof(V1NetworkPolicy),
        ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
    };

    public static TheoryData<string> Scenarios => [.. HelmChart.Scenarios];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Helm_finds_nothing_to_say_against_a_scenario(string scenario)
    {
        var (exitCode, output, _) = HelmChart.Lint(scenario);
        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("[WARNING]", output);
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Kubernetes_knows_every_field_of_every_object(string scenario) =>
        Assert.All(HelmChart.Render(scenario).Objects, item =>
        {
            var kind = RenderedChart.KindOf(item);
            if (Known.TryGetValue(kind, out var type))
            {
                Assert.IsType(type, RenderedChart.Strictly(item, type));
            }
            else
            {
                Assert.NotNull(CustomResources.Strictly(kind, item));
            }
        });

    [Fact]
    public void A_field_that_Kubernetes_does_not_know_is_found()
    {
        var deployment = HelmChart.Render("existing-secret").One("Deployment");
        deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["livenessProb"] = new JsonObject();
        Assert.Contains("livenessProb'", Assert.ThrowsAny<Exception>(() => RenderedChart.Strictly(deployment, typeof(V1Deployment))).ToString());

        var monitor = HelmChart.Render("everything").One("ServiceMonitor");
        monitor["spec"]!["endpoints"]![0]!["intervall"] = "15s";
        Assert.Throws<JsonException>(() => CustomResources.Strictly("monitoring.coreos.com/v1/ServiceMonitor", monitor));
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Every_name_and_label_fits_however_long_the_release_is_called(string scenario)
    {
        var release = LongName[..53].TrimEnd('-');
        var objects = HelmChart.Render(release, scenario, []).Objects.Where(item => (string?)item["metadata"]!["name"] != $"{release}-extra").ToList();
        var names = objects.Select(item => (Kind: (string)item["kind"]!, Name: (string)item["metadata"]!["name"]!)).ToList();
        Assert.All(names, each => Assert.Matches("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", each.Name));
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(objects.SelectMany(item => item["metadata"]!["labels"]!.AsObject()), label => Assert.InRange(((string)label.Value!).Length, 1, 63));
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void No_object_holds_a_secret(string scenario)
    {
        var rendered = HelmChart.Render(scenario);
        Assert.Empty(rendered.OfKind("Secret"));
        Assert.DoesNotMatch(SecretForm(), rendered.Text);
        Assert.All(
            rendered.Container.Env ?? [], variable => Assert.True(variable.ValueFrom is not null || !SecretName().IsMatch(variable.Name), variable.Name));
    }

    [Theory]
    [InlineData("existing-secret")]
    [InlineData("external-secrets")]
    [InlineData("key-vault")]
    [InlineData("oauth")]
    [InlineData("oauth-postgres")]
    [InlineData("shared")]
    [InlineData("webhooks")]
    [InlineData("everything")]
    public void A_scenario_renders_as_it_is_written_down(string scenario)
    {
        // Rules and dashboards have their own files and their own tests.
        var parts = HelmChart.Render(scenario).Text.Split("---\n").Where(part => !part.Contains("/prometheusrule.yaml") && !part.Contains("/dashboards.yaml"));
        Snapshot.Same($"{scenario}.yaml", string.Join("---\n", parts));
    }

    [Theory]
    [InlineData("notes.txt", "existing-secret")]
    [InlineData("notes-oauth.txt", "oauth")]
    [InlineData("notes-shared.txt", "shared")]
    public void The_notes_are_as_they_are_written_down(string snapshot, string scenario) => Snapshot.Same(snapshot, HelmChart.Notes(scenario));

    [Fact]
    public void The_notes_say_what_connecting_still_needs()
    {
        var notes = HelmChart.Notes("oauth", "--set", "oauth.ingress.enabled=false", "--set", "operator.keyHashes=null");
        Assert.Contains("operator.keyHashes is empty", notes);
        Assert.Contains("route them to the Service rel-notion-gateway-connect", notes);
    }

    [Fact]
    public void The_notes_say_what_a_cluster_without_the_Prometheus_Operator_did_not_get()
    {
        string[] live = ["--set", "metrics.renderMode=auto", "--api-versions", HelmChart.LiveCluster];
        Assert.Contains("does not know monitoring.coreos.com/v1", HelmChart.Notes("everything", live));
        Assert.DoesNotContain("does not know", HelmChart.Notes("everything", [.. live, "--api-versions", HelmChart.PrometheusOperator]));
    }

    [GeneratedRegex("(ntn|secret|nrt|ngw)_[0-9A-Za-z]{20}", RegexOptions.ExplicitCapture)]
    private static partial Regex SecretForm();

    [GeneratedRegex("(KEY|TOKEN|SECRET|PASSWORD)$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
