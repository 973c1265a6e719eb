using k8s.Models;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>What public connections add to the chart: a volume with one writer, a listener for browsers, and none for operators.</summary>
public sealed class OAuthTests
{
    private const string OtherHash = "operator.keyHashes[0]=sha256:0000000000000000000000000000000000000000000000000000000000000009";

    private static readonly RenderedChart Rendered = HelmChart.Render("oauth");

    [Fact]
    public void The_file_of_grants_lies_on_a_volume_that_outlives_pod_and_release()
    {
        var claim = Rendered.One<V1PersistentVolumeClaim>("PersistentVolumeClaim");
        Assert.Equal("keep", claim.Metadata.Annotations["helm.sh/resource-policy"]);
        Assert.Equal(("ReadWriteOncePod", "fast-disks", "2Gi"),
            (claim.Spec.AccessModes.Single(), claim.Spec.StorageClassName, claim.Spec.Resources.Requests["storage"].ToString()));

        var volume = Rendered.Pod.Volumes.Single(volume => volume.PersistentVolumeClaim?.ClaimName == claim.Metadata.Name);
        var mount = Rendered.Container.VolumeMounts.Single(mount => mount.Name == volume.Name);
        Assert.Equal(mount.MountPath, Path.GetDirectoryName(Rendered.Settings["Gateway"]!["OAuth"]!["Store"]!["Path"]!.GetValue<string>()));
        Assert.Equal(Rendered.Pod.SecurityContext.RunAsGroup, Rendered.Pod.SecurityContext.FsGroup);
    }

    [Fact]
    public void A_claim_that_is_there_already_is_used_and_none_is_made()
    {
        var rendered = HelmChart.Render("oauth", "--set", "oauth.persistence.existingClaim=mine");
        Assert.Empty(rendered.OfKind("PersistentVolumeClaim"));
        Assert.Equal("mine", rendered.Pod.Volumes.Single(volume => volume.PersistentVolumeClaim is not null).PersistentVolumeClaim.ClaimName);
    }

    [Fact]
    public void The_one_pod_ends_before_the_next_begins_and_nothing_keeps_a_node_from_being_drained()
    {
        var deployment = Rendered.Deployment.Spec;
        Assert.Equal((1, "Recreate"), (deployment.Replicas, deployment.Strategy.Type));
        Assert.Null(deployment.Strategy.RollingUpdate);
        Assert.Empty(Rendered.OfKind("PodDisruptionBudget"));
    }

    [Fact]
    public void Browsers_reach_the_connect_listener_by_the_public_address_and_nothing_else()
    {
        var ingress = Rendered.One<V1Ingress>("Ingress").Spec;
        var rule = ingress.Rules.Single();
        var path = rule.Http.Paths.Single();
        Assert.Equal(new Uri(Rendered.Settings["Gateway"]!["OAuth"]!["PublicUrl"]!.GetValue<string>()).Host, rule.Host);
        Assert.Equal((rule.Host, "connect-tls"), (ingress.Tls.Single().Hosts.Single(), ingress.Tls.Single().SecretName));
        Assert.Equal(("/", "Prefix"), (path.Path, path.PathType));

        var service = Rendered.One<V1Service>("Service", "-connect");
        Assert.Equal((service.Metadata.Name, service.Spec.Ports.Single().Name), (path.Backend.Service.Name, path.Backend.Service.Port.Name));
        Assert.Equal(Rendered.Container.Ports.Single(port => port.ContainerPort == 8083).Name, service.Spec.Ports.Single().TargetPort.Value);

        var policy = Rendered.One<V1NetworkPolicy>("NetworkPolicy").Spec.Ingress.Single(rule => rule.Ports.Any(port => port.Port.Value == "connect"));
        Assert.Equal("ingress-nginx", policy.FromProperty.Single().NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"]);
        Assert.Single(policy.Ports);
    }

    [Fact]
    public void Without_its_Ingress_the_network_lets_nobody_to_the_connect_listener()
    {
        var rendered = HelmChart.Render("oauth", "--set", "oauth.ingress.enabled=false");
        Assert.Empty(rendered.OfKind("Ingress"));
        Assert.DoesNotContain(rendered.One<V1NetworkPolicy>("NetworkPolicy").Spec.Ingress.SelectMany(rule => rule.Ports), port => port.Port.Value == "connect");
    }

    [Fact]
    public void No_port_of_anything_leads_to_the_operator_listener()
    {
        var services = Rendered.OfKind("Service").Select(item => (V1Service)RenderedChart.Strictly(item, typeof(V1Service)))
            .SelectMany(service => service.Spec.Ports).Select(port => port.TargetPort.Value);
        Assert.Equal(["connect", "http", "management"], services.Order());
        Assert.Equal([8080, 8081, 8083], Rendered.Container.Ports.Select(port => port.ContainerPort).Order());
        Assert.Null(Rendered.Settings["Kestrel"]);
    }

    [Fact]
    public void Operators_and_apps_are_taken_up_by_a_new_pod()
    {
        static string Checksum(RenderedChart rendered) => rendered.Deployment.Spec.Template.Metadata.Annotations["checksum/config"];
        Assert.NotEqual(Checksum(Rendered), Checksum(HelmChart.Render("oauth", "--set", OtherHash)));
        Assert.NotEqual(Checksum(Rendered), Checksum(HelmChart.Render("oauth", "--set", "oauth.apps.crm.plan=Standard")));
    }

    [Fact]
    public void Public_connections_alone_are_enough()
    {
        var rendered = HelmChart.Render("oauth", "--set", "credentials=null");
        Assert.Null(rendered.Settings["Gateway"]!["Credentials"]);
        Assert.DoesNotContain(rendered.Container.VolumeMounts, mount => mount.Name == "credentials");
    }

    [Theory]
    [InlineData("replicaCount: must be 1 with oauth.apps, not 2", "replicaCount=2")]
    [InlineData("autoscaling: must be off", "autoscaling.enabled=true")]
    [InlineData("oauth.publicUrl: is required with oauth.apps", "oauth.publicUrl=")]
    [InlineData("oauth.publicUrl: Does not match pattern", "oauth.publicUrl=http://connect.example.com")]
    [InlineData("oauth.publicUrl: Does not match pattern", "oauth.publicUrl=https://connect.example.com/notion")]
    [InlineData("oauth.encryptionKey: is required with oauth.apps", "oauth.encryptionKey=null")]
    [InlineData("oauth.encryptionKey: set exactly one location", "oauth.encryptionKey.externalSecret.remoteRef.key=k")]
    [InlineData("oauth.apps.crm.clientSecret: set exactly one location", "oauth.apps.crm.clientSecret.externalSecret.remoteRef.key=k")]
    [InlineData("clientId is required", "oauth.apps.other.clientSecret.existingSecret.name=s", "oauth.apps.other.clientSecret.existingSecret.key=k")]
    [InlineData("clientSecret is required", "oauth.apps.other.clientId=id")]
    [InlineData("Additional property value is not allowed", "oauth.apps.crm.clientSecret.value=secret_x")]
    [InlineData("Additional property secret is not allowed", "oauth.apps.crm.secret=secret_x")]
    [InlineData("oauth: contains a value that looks like a client secret", "oauth.apps.crm.clientId=secret_0123456789012345678901234")]
    [InlineData(
        "externalSecrets.secretStoreName: is required, because oauth.apps.portal.clientSecret is an externalSecret", "externalSecrets.secretStoreName=")]
    [InlineData("oauth.persistence.accessMode must be one of", "oauth.persistence.accessMode=ReadWriteMany")]
    [InlineData("oauth.apps: configure at least one public connection", "oauth.apps=null")]
    [InlineData("Does not match pattern '^sha256:", "operator.keyHashes[0]=ngw_x")]
    [InlineData("Additional property OAuth is not allowed", "config.OAuth.PublicUrl=https://connect.example.com")]
    [InlineData("Does not match pattern", "config.Access.Callers.crm.Permissions[0]=oauth:CRM")]
    public void A_value_is_refused_with_a_reason(string reason, params string[] values)
    {
        var arguments = values.SelectMany(value => new[] { "--set", value }).ToArray();
        var (exitCode, _, error) = HelmChart.Template(HelmChart.Release, HelmChart.Folder, ["-f", HelmChart.ValuesOf("oauth"), .. arguments]);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(reason, error);
    }
}
