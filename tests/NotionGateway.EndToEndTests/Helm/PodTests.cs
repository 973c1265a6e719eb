using System.Text.Json.Nodes;
using k8s.Models;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>How the chart has the program run: with few rights, stopping in order, away from its siblings.</summary>
public sealed class PodTests
{
    public static TheoryData<string> Scenarios => [.. HelmChart.Scenarios];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Pods_satisfy_the_restricted_Pod_Security_Standard(string scenario)
    {
        var rendered = HelmChart.Render(scenario);
        Assert.All(new[] { rendered.Pod, rendered.One<V1Pod>("Pod").Spec }, pod =>
        {
            Assert.Equal((true, "RuntimeDefault"), (pod.SecurityContext.RunAsNonRoot, pod.SecurityContext.SeccompProfile.Type));
            Assert.NotEqual(0, pod.SecurityContext.RunAsUser);
            Assert.True(pod.HostNetwork is null && pod.HostPID is null && pod.HostIPC is null);
            Assert.All(pod.Volumes ?? [], volume => Assert.Null(volume.HostPath));
            Assert.All(pod.Containers, container =>
            {
                Assert.Equal((false, true), (container.SecurityContext.AllowPrivilegeEscalation, container.SecurityContext.ReadOnlyRootFilesystem));
                Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
                Assert.Null(container.SecurityContext.Capabilities.Add);
                Assert.Contains("memory", container.Resources.Limits.Keys);
            });
        });
        Assert.All(rendered.Container.VolumeMounts, mount => Assert.Equal(mount.Name != "grants", mount.ReadOnlyProperty is true));
    }

    [Theory]
    [InlineData("existing-secret", false)]
    [InlineData("external-secrets", false)]
    [InlineData("key-vault", true)]
    public void Only_workload_identity_gets_a_service_account_token(string scenario, bool expected)
    {
        var rendered = HelmChart.Render(scenario);
        Assert.Equal(expected, rendered.Pod.AutomountServiceAccountToken);
        Assert.Equal(expected, rendered.One<V1ServiceAccount>("ServiceAccount").AutomountServiceAccountToken);
        Assert.Equal(expected, rendered.Deployment.Spec.Template.Metadata.Labels.ContainsKey("azure.workload.identity/use"));
        Assert.Equal(expected, rendered.One<V1ServiceAccount>("ServiceAccount").Metadata.Annotations?.ContainsKey("azure.workload.identity/client-id") is true);
    }

    [Theory]
    [InlineData("00:00:30", 35)]
    [InlineData("00:01:08", 73)]
    [InlineData("0:08:09", 494)]
    [InlineData("00:00:30.5", 36)]
    [InlineData("00:00:30.000", 35)]
    [InlineData("1.00:00:00", 86405)]
    [InlineData("1.10:00:00.25", 122406)]
    public void Kubernetes_waits_five_seconds_longer_than_the_program(string shutdownTimeout, int seconds)
    {
        var pod = HelmChart.Render("existing-secret", "--set-string", $"config.ShutdownTimeout={shutdownTimeout}").Pod;
        Assert.Equal(seconds, pod.TerminationGracePeriodSeconds);
        Assert.Null(pod.Containers.Single().Lifecycle);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Above_one_replica_they_are_spread_and_not_drained_together(int replicas, bool several)
    {
        var rendered = HelmChart.Render("existing-secret", "--set", $"replicaCount={replicas}");
        Assert.Equal(several ? 1 : 0, rendered.OfKind("PodDisruptionBudget").Count());
        Assert.Equal(several ? 2 : 0, rendered.Pod.TopologySpreadConstraints?.Count ?? 0);
        Assert.Equal(replicas, rendered.Settings["Gateway"]!["FlowControl"]!["Replicas"]!.GetValue<int>());
        Assert.Equal("0", rendered.Deployment.Spec.Strategy.RollingUpdate.MaxUnavailable.Value);
        Assert.Empty(rendered.OfKind("PersistentVolumeClaim"));
    }

    [Theory]
    [InlineData("reload", "config.Access.Callers.crm.Weight=5", false)]
    [InlineData("reload", "config.FlowControl.MaxQueuedRequests=5", false)]
    [InlineData("reload", "config.Credentials.default.Plan=Business", false)]
    [InlineData("reload", "config.Forwarding.MaxJsonBodyBytes=5", true)]
    [InlineData("reload", "logging.LogLevel.Default=Debug", true)]
    [InlineData("reload", "tls.existingSecret=certificate", true)]
    [InlineData("restart", "config.Access.Callers.crm.Weight=5", true)]
    [InlineData("reload", "shared.redis.endpoints[0]=redis:6379", true)]
    [InlineData("restart", "service.port=9000", false)]
    public void Pods_roll_for_what_a_running_program_cannot_take_up_or_for_every_change(string apply, string change, bool rolls)
    {
        var before = HelmChart.Render("existing-secret", "--set", $"config.apply={apply}").Deployment;
        var after = HelmChart.Render("existing-secret", "--set", $"config.apply={apply}", "--set", change).Deployment;
        const string Checksum = "checksum/config";
        Assert.Equal(rolls, before.Spec.Template.Metadata.Annotations[Checksum] != after.Spec.Template.Metadata.Annotations[Checksum]);
    }

    [Theory]
    [InlineData("external-secrets", "credentials")]
    [InlineData("oauth", "oauth")]
    public void Secrets_are_mounted_as_files_where_the_configuration_looks_for_them(string scenario, string volumeName)
    {
        var rendered = HelmChart.Render(scenario);
        var mount = rendered.Container.VolumeMounts.Single(mount => mount.Name == volumeName).MountPath;
        var volume = rendered.Pod.Volumes.Single(volume => volume.Name == volumeName).Projected;
        var files = volume.Sources.Select(
            source => (source.Secret.Name, Path: $"{mount}/{source.Secret.Items.Single().Path}", source.Secret.Items.Single().Key));
        var read = PathsIn(rendered.Settings["Gateway"]![volumeName == "oauth" ? "OAuth" : "Credentials"]!)
            .Where(path => path.StartsWith("/var/run/secrets/", StringComparison.Ordinal));
        var made = rendered.OfKind("ExternalSecret")
            .Select(item => (item["spec"]!["target"]!["name"]!.GetValue<string>(), item["spec"]!["data"]![0]!["secretKey"]!.GetValue<string>()));

        Assert.Equal(read.Order(), files.Select(file => file.Path).Order());
        Assert.Equal(made.Order(), files.Where(file => file.Key == "token").Select(file => (file.Name, file.Key)).Order());
        Assert.Equal(Convert.ToInt32("440", 8), volume.DefaultMode);
        Assert.All(rendered.Container.VolumeMounts, each => Assert.Null(each.SubPath));
    }

    private static IEnumerable<string> PathsIn(JsonNode node) => node.AsObject().SelectMany(pair =>
        pair.Value is JsonObject section ? PathsIn(section) : pair.Key == "Path" ? [pair.Value!.GetValue<string>()] : Array.Empty<string>());

    [Fact]
    public void The_network_lets_in_who_has_the_label_that_notes_and_test_pod_use()
    {
        var rendered = HelmChart.Render("existing-secret");
        var policy = rendered.One<V1NetworkPolicy>("NetworkPolicy").Spec;
        var callers = policy.Ingress[0];
        var label = callers.FromProperty.Single().PodSelector.MatchLabels.Single();

        Assert.Equal(["Ingress", "Egress"], policy.PolicyTypes);
        Assert.Equal("http", callers.Ports.Single().Port.Value);
        Assert.Equal(
            ("management", "monitoring"),
            (policy.Ingress[1].Ports.Single().Port.Value,
                policy.Ingress[1].FromProperty.Single().NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"]));
        Assert.Equal(["53", "53", "5353", "5353", "443"], policy.Egress.SelectMany(rule => rule.Ports).Select(port => port.Port.Value));
        Assert.Equal(rendered.Deployment.Spec.Selector.MatchLabels, policy.PodSelector.MatchLabels);
        Assert.Equal(label.Value, rendered.One<V1Pod>("Pod").Metadata.Labels[label.Key]);
        Assert.Contains($"{label.Key}: \"{label.Value}\"", HelmChart.Notes("existing-secret"));
    }

    [Fact]
    public void Services_find_the_gateway_and_nothing_else()
    {
        var rendered = HelmChart.Render("everything");
        var labels = rendered.Deployment.Spec.Template.Metadata.Labels;
        var ports = rendered.Container.Ports.Select(port => port.Name).ToList();
        var services = rendered.OfKind("Service").Select(item => (V1Service)RenderedChart.Strictly(item, typeof(V1Service))).ToList();

        Assert.Equal(2, services.Count);
        Assert.All(services, service =>
        {
            Assert.All(service.Spec.Selector, pair => Assert.Equal(pair.Value, labels[pair.Key]));
            Assert.Contains(service.Spec.Ports.Single().TargetPort.Value, ports);
            Assert.Contains(service.Spec.Selector, pair => rendered.One<V1Pod>("Pod").Metadata.Labels[pair.Key] != pair.Value);
        });
        var management = services.Single(service => service.Metadata.Name.EndsWith("-management"));
        Assert.Equal("None", management.Spec.ClusterIP);
        var selected = rendered.One("ServiceMonitor")["spec"]!["selector"]!["matchLabels"]!.AsObject()
            .ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>());
        Assert.Equal(
            [management.Metadata.Name],
            services.Where(service => selected.All(pair => service.Metadata.Labels.TryGetValue(pair.Key, out var value) && value == pair.Value))
                .Select(service => service.Metadata.Name));
    }

    [Fact]
    public void Without_its_kinds_in_the_cluster_nothing_of_the_Prometheus_Operator_is_rendered()
    {
        var (_, output, _) = HelmChart.Template(
            HelmChart.Release, HelmChart.Folder, "-f", HelmChart.ValuesOf("everything"), "--set", "metrics.renderMode=auto",
            "--api-versions", HelmChart.LiveCluster);
        Assert.DoesNotContain(HelmChart.PrometheusOperator, output);
    }
}
