using NotionGateway.Access.Identities.Keys;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>What tokens of the cluster need of the chart, and a caller that has no key.</summary>
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

    private static string Policy(RenderedChart chart) => chart.One("NetworkPolicy").ToJsonString();
}
