using NotionGateway.Access.Identities.Keys;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>What tokens of the cluster and client certificates need of the chart, and callers that have no key.</summary>
public sealed class IdentitiesTests
{
    private static readonly string[] Values =
    [
        "--set", "identities.kubernetes.enabled=true",
        "--set", "config.Access.Issuers.cluster.Type=Kubernetes",
        "--set", "config.Access.Issuers.cluster.Audiences[0]=notion-gateway",
        "--set", "config.Access.Callers.pod.Identities.sync.Issuer=cluster",
        "--set", "config.Access.Callers.pod.Identities.sync.ServiceAccount=crm/sync",
    ];

    private static readonly RenderedChart Rendered = HelmChart.Render("existing-secret", Values);

    [Fact]
    public void The_pod_has_a_token_and_the_authority_of_the_API_server_where_the_program_looks_for_them()
    {
        var mount = Rendered.Container.VolumeMounts.Single(mount => mount.Name == "kubernetes");
        Assert.Equal((PodAccount.Folder, true), (mount.MountPath, mount.ReadOnlyProperty == true));
        var sources = Rendered.Pod.Volumes.Single(volume => volume.Name == "kubernetes").Projected.Sources;

        // Without an audience it is the API server's, which is the only one that sees this token.
        Assert.Equal(("token", null), (sources[0].ServiceAccountToken.Path, sources[0].ServiceAccountToken.Audience));
        Assert.Equal(("kube-root-ca.crt", "ca.crt"), (sources[1].ConfigMap.Name, sources[1].ConfigMap.Items.Single().Path));
        Assert.False(Rendered.Pod.AutomountServiceAccountToken);
    }

    [Fact]
    public void The_network_lets_the_pod_reach_the_API_server()
    {
        Assert.Contains("\"port\":6443", Policy(Rendered));
        Assert.DoesNotContain("\"port\":6443", Policy(HelmChart.Render("existing-secret")));
        Assert.DoesNotContain(HelmChart.Render("existing-secret").Pod.Volumes, volume => volume.Name == "kubernetes");
    }

    [Fact]
    public async Task The_program_takes_a_configuration_with_a_caller_that_has_no_key()
    {
        using var pod = new RenderedProgram(Rendered);
        var (exitCode, output) = await RunningProgram.RunAsync(Published.Program, ["check", .. pod.Arguments], pod.Environment);
        Assert.True(exitCode == 0, output);
        Assert.Contains("caller      pod", output);
    }

    [Theory]
    [InlineData("caConfigMap", "AllowCertificate")]
    [InlineData("caSecret", "RequireCertificate")]
    public async Task The_program_finds_the_authorities_of_callers_where_the_chart_mounts_them(string source, string mode)
    {
        var rendered = HelmChart.Render(
            "existing-secret",
            "--set", $"tls.existingSecret=gateway-tls,tls.clientCertificates.mode={mode}",
            "--set", $"tls.clientCertificates.{source}.name=callers,tls.clientCertificates.{source}.key=bundle.pem",
            "--set", "config.Access.Callers.pod.Identities.workload.Certificate=uri:spiffe://corp.example/ns/crm/sa/sync");
        var mount = rendered.Container.VolumeMounts.Single(mount => mount.Name == "client-ca");
        Assert.Equal($"{mount.MountPath}/ca.crt", rendered.Settings["Gateway"]!["Access"]!["ClientCertificates"]!["TrustedCaFile"]!.GetValue<string>());
        Assert.Equal(mode, rendered.Settings["Kestrel"]!["Endpoints"]!["Data"]!["ClientCertificateMode"]!.GetValue<string>());
        var volume = rendered.Pod.Volumes.Single(volume => volume.Name == "client-ca");
        Assert.Equal(("callers", "bundle.pem"), (volume.ConfigMap?.Name ?? volume.Secret.SecretName, (volume.ConfigMap?.Items ?? volume.Secret.Items)[0].Key));

        using var pod = new RenderedProgram(rendered);
        pod.Write($"{mount.MountPath}/ca.crt", RenderedProgram.Authority());
        var (exitCode, output) = await RunningProgram.RunAsync(Published.Program, ["check", .. pod.Arguments], pod.Environment);
        Assert.True(exitCode == 0, output);
    }

    private static string Policy(RenderedChart chart) => chart.One("NetworkPolicy").ToJsonString();
}
