using k8s.Models;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>What one limit for all instances adds to the chart: where Redis is, how the pods are let in there, and leave to scale.</summary>
public sealed class SharedBudgetTests
{
    private const string Endpoint = "shared.redis.endpoints[0]=redis:6379";

    private static readonly RenderedChart Rendered = HelmChart.Render("shared");

    [Fact]
    public void Password_and_certificates_are_mounted_where_the_settings_look_for_them()
    {
        var redis = Rendered.Settings["Gateway"]!["Shared"]!["Redis"]!;
        var read = new[] { "CaFile", "ClientCertificateFile", "ClientKeyFile" }.Select(setting => redis[setting]!.GetValue<string>())
            .Append(redis["Password"]!["Path"]!.GetValue<string>());
        var mount = Rendered.Container.VolumeMounts.Single(mount => mount.Name == "redis").MountPath;
        var volume = Rendered.Pod.Volumes.Single(volume => volume.Name == "redis").Projected;

        Assert.Equal(read.Order(), volume.Sources.Select(source => $"{mount}/{source.Secret.Items.Single().Path}").Order());
        Assert.Equal(["redis", "redis-ca", "redis-client", "redis-client"], volume.Sources.Select(source => source.Secret.Name).Order());
        Assert.Equal(Convert.ToInt32("440", 8), volume.DefaultMode);
    }

    [Fact]
    public void A_password_of_the_External_Secrets_Operator_is_mounted_from_what_the_operator_creates()
    {
        var rendered = HelmChart.Render(
            "existing-secret", "--set", Endpoint, "--set", "shared.redis.password.externalSecret.remoteRef.key=redis", "--set",
            "externalSecrets.secretStoreName=vault");
        var created = rendered.One("ExternalSecret", "-redis-password")["spec"]!["target"]!["name"]!.GetValue<string>();
        Assert.Equal(created, rendered.Pod.Volumes.Single(volume => volume.Name == "redis").Projected.Sources.Single().Secret.Name);
    }

    [Fact]
    public void Without_endpoints_there_is_nothing_of_it()
    {
        var rendered = HelmChart.Render("existing-secret");
        Assert.Null(rendered.Settings["Gateway"]!["Shared"]);
        Assert.DoesNotContain(rendered.Pod.Volumes, volume => volume.Name == "redis");
        Assert.Empty(rendered.OfKind("HorizontalPodAutoscaler"));
        Assert.DoesNotContain("Redis", HelmChart.Notes("existing-secret"));
    }

    [Theory]
    [InlineData(4, "replicaCount=3")]
    [InlineData(2, "replicaCount=1")]
    [InlineData(9, "autoscaling.enabled=true", "autoscaling.maxReplicas=8")]
    [InlineData(12, "replicaCount=3", "config.FlowControl.Replicas=12")]
    public void An_outage_counts_all_instances_that_can_run_at_the_same_time(int expected, params string[] values)
    {
        var rendered = HelmChart.Render("existing-secret", ["--set", Endpoint, .. values.SelectMany(value => new[] { "--set", value })]);
        var update = rendered.Deployment.Spec.Strategy.RollingUpdate;
        Assert.Equal(expected, rendered.Settings["Gateway"]!["FlowControl"]!["Replicas"]!.GetValue<int>());
        Assert.Equal(("0", "1"), (update.MaxUnavailable.Value, update.MaxSurge.Value));
    }

    [Fact]
    public void Pods_roll_when_the_number_for_an_outage_changes()
    {
        Assert.Equal(2, Checksums("--set", Endpoint).Distinct().Count());
        Assert.Single(Checksums().Distinct());
    }

    [Theory]
    [InlineData("6380 26379", "{redis-a:6380,redis-b:6380,redis-c:26379}")]
    [InlineData("26379 7000", "{sentinel-a:26379,sentinel-b:26379},shared.redis.sentinel.serviceName=primary,shared.redis.sentinel.serverPort=7000")]
    public void The_network_lets_the_pods_reach_the_servers(string expected, string endpoints)
    {
        var rendered = HelmChart.Render("existing-secret", "--set", $"shared.redis.endpoints={endpoints}");
        var ports = rendered.One<V1NetworkPolicy>("NetworkPolicy").Spec.Egress.SelectMany(rule => rule.Ports).Select(port => port.Port.Value);
        Assert.Equal(["53", "53", "5353", "5353", "443", .. expected.Split(' ')], ports);
    }

    [Fact]
    public void Autoscaling_follows_the_use_of_CPU_slowly_down_and_never_below_two()
    {
        var scaler = Rendered.One<V2HorizontalPodAutoscaler>("HorizontalPodAutoscaler").Spec;
        var metric = scaler.Metrics.Single().Resource;
        Assert.Equal(("Deployment", Rendered.Deployment.Metadata.Name), (scaler.ScaleTargetRef.Kind, scaler.ScaleTargetRef.Name));
        Assert.Equal((2, 6, 300), (scaler.MinReplicas, scaler.MaxReplicas, scaler.Behavior.ScaleDown.StabilizationWindowSeconds));
        Assert.Equal(("cpu", "Utilization", 80), (metric.Name, metric.Target.Type, metric.Target.AverageUtilization));

        // A number in the Deployment would undo the scaling at each upgrade.
        Assert.Null(Rendered.Deployment.Spec.Replicas);
        Assert.Single(Rendered.OfKind("PodDisruptionBudget"));
        Assert.Equal(2, Rendered.Pod.TopologySpreadConstraints.Count);
        Assert.Contains("for many connections or large uploads, not for a busy connection", HelmChart.Notes("shared"));
        Assert.DoesNotContain("Autoscaling", HelmChart.Notes("existing-secret", "--set", Endpoint));
    }

    [Fact]
    public void The_one_writer_of_grants_is_not_scaled()
    {
        var (exitCode, _, error) = HelmChart.Template(
            HelmChart.Release, HelmChart.Folder, "-f", HelmChart.ValuesOf("oauth"), "--set", Endpoint, "--set", "autoscaling.enabled=true");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("autoscaling: must be off with oauth.apps", error);
    }

    [Fact]
    public void With_the_grants_in_a_database_it_scales_as_any_other()
    {
        var rendered = HelmChart.Render("oauth-postgres", "--set", Endpoint, "--set", "autoscaling.enabled=true");
        Assert.Equal(4, rendered.One<V2HorizontalPodAutoscaler>("HorizontalPodAutoscaler").Spec.MaxReplicas);
    }

    private static IEnumerable<string> Checksums(params string[] arguments) => new[] { 2, 3 }
        .Select(replicas => HelmChart.Render("existing-secret", ["--set", $"replicaCount={replicas}", .. arguments]).Deployment.Spec.Template.Metadata)
        .Select(pod => pod.Annotations["checksum/config"]);
}
