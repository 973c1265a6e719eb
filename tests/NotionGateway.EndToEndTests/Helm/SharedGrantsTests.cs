using System.Text.Json.Nodes;
using k8s.Models;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>Public connections with their grants in PostgreSQL: any number of replicas, no volume, tables that a Job makes.</summary>
public sealed class SharedGrantsTests
{
    private static readonly RenderedChart Rendered = HelmChart.Render("oauth-postgres");

    [Fact]
    public void Pods_are_replaced_one_by_one_and_have_no_volume_for_grants()
    {
        var deployment = Rendered.Deployment.Spec;
        Assert.Equal((3, "RollingUpdate", "0"), (deployment.Replicas, deployment.Strategy.Type, deployment.Strategy.RollingUpdate.MaxUnavailable.Value));
        Assert.Empty(Rendered.OfKind("PersistentVolumeClaim"));
        Assert.DoesNotContain(Rendered.Pod.Volumes, volume => volume.Name == "grants");
        Assert.DoesNotContain(Rendered.Container.VolumeMounts, mount => mount.Name == "grants");
        Assert.Single(Rendered.OfKind("PodDisruptionBudget"));
    }

    [Fact]
    public void The_password_and_the_authority_are_files_and_the_program_does_not_migrate()
    {
        var store = Rendered.Settings["Gateway"]!["OAuth"]!["Store"]!;
        var files = Rendered.Pod.Volumes.Single(volume => volume.Name == "oauth").Projected.Sources.SelectMany(source => source.Secret.Items, (source, item) =>
            (source.Secret.Name, item.Path)).ToList();
        Assert.Contains(("rel-notion-gateway-oauth-store-password", "store-password"), files);
        Assert.Contains(("database-ca", "store-ca.crt"), files);
        var path = Rendered.Container.VolumeMounts.Single(mount => mount.Name == "oauth").MountPath;
        Assert.Equal(($"{path}/store-password", $"{path}/store-ca.crt", false),
            ((string?)store["Password"]!["Path"], (string?)store["CaFile"], (bool)store["Migrate"]!));
        var atStart = HelmChart.Render(
            "oauth-postgres", "--set", "oauth.store.migrate=start,oauth.store.migration.connectionString=,oauth.store.migration.password=null");
        Assert.True((bool)atStart.Settings["Gateway"]!["OAuth"]!["Store"]!["Migrate"]!);
    }

    [Fact]
    public void The_Job_runs_before_an_upgrade_as_another_user_and_no_Service_leads_to_it()
    {
        var job = Rendered.One<V1Job>("Job");
        Assert.Equal("pre-install,pre-upgrade", job.Metadata.Annotations["helm.sh/hook"]);
        var container = job.Spec.Template.Spec.Containers.Single();
        Assert.Equal(["store", "migrate", "--config", "/etc/notion-gateway/gateway.json"], container.Args);
        Assert.Equal(Rendered.Container.Image, container.Image);
        Assert.Equal((true, true), (container.SecurityContext.ReadOnlyRootFilesystem, job.Spec.Template.Spec.SecurityContext.RunAsNonRoot));
        Assert.Equal(["notion-migrator", "database-ca"], job.Spec.Template.Spec.Volumes[1].Projected.Sources.Select(source => source.Secret.Name));

        var config = Rendered.One<V1ConfigMap>("ConfigMap", "-migrate");
        Assert.Equal("-1", config.Metadata.Annotations["helm.sh/hook-weight"]);
        var store = JsonNode.Parse(config.Data["gateway.json"])!["Gateway"]!["OAuth"]!["Store"]!;
        Assert.Contains("Username=migrator", (string?)store["ConnectionString"]);
        Assert.StartsWith(container.VolumeMounts[1].MountPath, (string?)store["Password"]!["Path"]);

        var labels = job.Spec.Template.Metadata.Labels;
        Assert.Contains(Rendered.Deployment.Spec.Selector.MatchLabels, label => labels[label.Key] != label.Value);
        Assert.Empty(HelmChart.Render("oauth").OfKind("Job"));
    }

    /// <summary>With settings whose files and variables only the pods have.</summary>
    [Theory]
    [InlineData("shared.redis.endpoints[0]=redis:6379", "shared.redis.tls.caSecret=redis-ca", "shared.redis.tls.clientCertSecret=redis-client")]
    [InlineData("tls.existingSecret=tls", "tls.clientCertificates.mode=AllowCertificate", "tls.clientCertificates.caConfigMap.name=authorities",
        "tls.clientCertificates.caConfigMap.key=ca.crt")]
    [InlineData("extraEnv[0].name=GATEWAY_KEY", "extraEnv[0].valueFrom.secretKeyRef.name=gateway", "extraEnv[0].valueFrom.secretKeyRef.key=key")]
    [InlineData("config.Forwarding.ExtraCaFile=/extra/ca.pem")]
    public async Task The_Job_gets_as_far_as_the_database(params string[] values)
    {
        var rendered = HelmChart.Render("oauth-postgres",
            ["--set", $"oauth.store.migration.connectionString=Host=localhost;Port={FreePort.Next()};Database=d;Username=u;SSL Mode=VerifyFull",
                .. values.SelectMany(value => new[] { "--set", value })]);
        var folder = Directory.CreateTempSubdirectory("job-").FullName;
        try
        {
            var container = rendered.One<V1Job>("Job").Spec.Template.Spec.Containers.Single();
            var secrets = container.VolumeMounts.Single(mount => mount.Name == "secrets").MountPath;
            await File.WriteAllTextAsync(Path.Combine(folder, "password"), "a-password");
            await File.WriteAllTextAsync(Path.Combine(folder, "ca.crt"), RenderedProgram.Authority());
            var config = Path.Combine(folder, "gateway.json");
            var settings = JsonNode.Parse(rendered.One<V1ConfigMap>("ConfigMap", "-migrate").Data["gateway.json"].Replace(secrets, folder))!;
            settings["Gateway"]!["Access"]!.AsObject().Remove("Callers"); // They may be in the pods' environment.
            await File.WriteAllTextAsync(config, settings.ToJsonString());

            var (exitCode, output) = await RunningProgram.RunAsync(Published.Program, [.. container.Args.SkipLast(1), config]);

            Assert.Contains("cannot be reached", output);
            Assert.Equal(1, exitCode);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("6432")]
    [InlineData("5432", "oauth.store.connectionString=Host=db.example.com;Database=d;Username=u;SSL Mode=VerifyFull")]
    [InlineData("5433,5434", "oauth.store.connectionString=Host=a.example.com:5433\\,b.example.com:5434;Database=d;Username=u;SSL Mode=VerifyFull")]
    public void The_network_lets_pods_to_the_ports_of_the_database(string ports, params string[] values)
    {
        var rendered = HelmChart.Render("oauth-postgres", [.. values.SelectMany(value => new[] { "--set", value })]);
        var rules = rendered.One<V1NetworkPolicy>("NetworkPolicy").Spec.Egress.Select(rule => string.Join(',', rule.Ports.Select(port => port.Port.Value)));
        Assert.Contains(ports, rules);
    }

    [Theory]
    [InlineData("oauth.store.connectionString: is required with oauth.store.type=postgresql", "oauth.store.connectionString=")]
    [InlineData("oauth.store.connectionString: holds a password", "oauth.store.connectionString=Host=db.example.com;Password=x;SSL Mode=VerifyFull")]
    [InlineData("oauth.store.connectionString: needs SSL Mode=VerifyFull", "oauth.store.connectionString=Host=db.example.com;Database=d;Username=u")]
    [InlineData(
        "oauth.store.migration.connectionString: holds a password", "oauth.store.migration.connectionString=Host=db.example.com;Pwd=x;SSL Mode=VerifyFull")]
    [InlineData("oauth.store.migration.password: is required with oauth.store.migrate=job", "oauth.store.migration.password=null")]
    [InlineData("oauth.store.migration: has no effect unless oauth.store.migrate is job", "oauth.store.migrate=start")]
    [InlineData("oauth.store.password: set exactly one location", "oauth.store.password.existingSecret.name=s", "oauth.store.password.existingSecret.key=k")]
    [InlineData("replicaCount: must be 1 with oauth.apps, not 3", "oauth.store.type=sqlite")]
    [InlineData(
        "oauth.store: connectionString, password, tls, migrate and migration have no effect with type sqlite", "oauth.store.type=sqlite", "replicaCount=1")]
    [InlineData("oauth.store.type must be one of", "oauth.store.type=mysql")]
    [InlineData("Additional property value is not allowed", "oauth.store.password.value=x")]
    public void A_value_is_refused_with_a_reason(string reason, params string[] values)
    {
        var arguments = values.SelectMany(value => new[] { "--set", value }).ToArray();
        var (exitCode, _, error) = HelmChart.Template(HelmChart.Release, HelmChart.Folder, ["-f", HelmChart.ValuesOf("oauth-postgres"), .. arguments]);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(reason, error);
    }
}
