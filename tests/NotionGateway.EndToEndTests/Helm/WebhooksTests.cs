using k8s.Models;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>What webhooks add to the chart: a listener that Notion reaches through the ingress controller, and their tokens as files.</summary>
public sealed class WebhooksTests
{
    private static readonly RenderedChart Rendered = HelmChart.Render("webhooks");

    [Fact]
    public void Notion_reaches_the_webhooks_listener_and_nothing_else()
    {
        var ingress = Rendered.One<V1Ingress>("Ingress").Spec;
        var path = ingress.Rules.Single().Http.Paths.Single();
        Assert.Equal(("notion-events.example.com", "webhooks-tls"), (ingress.Rules.Single().Host, ingress.Tls.Single().SecretName));
        Assert.Equal(("/notion", "Prefix"), (path.Path, path.PathType));

        var service = Rendered.One<V1Service>("Service", "-webhooks");
        Assert.Equal((service.Metadata.Name, service.Spec.Ports.Single().Name), (path.Backend.Service.Name, path.Backend.Service.Port.Name));
        Assert.Equal(Rendered.Container.Ports.Single(port => port.ContainerPort == 8085).Name, service.Spec.Ports.Single().TargetPort.Value);

        var policy = Rendered.One<V1NetworkPolicy>("NetworkPolicy").Spec.Ingress.Single(rule => rule.Ports.Any(port => port.Port.Value == "webhooks"));
        Assert.Equal("ingress-nginx", policy.FromProperty.Single().NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"]);
        Assert.Single(policy.Ports);
    }

    [Fact]
    public void A_route_can_stand_in_for_the_ingress()
    {
        var rendered = HelmChart.Render(
            "webhooks", "--set", "webhooks.ingress.enabled=false,webhooks.httpRoute.enabled=true,webhooks.httpRoute.parentRefs[0].name=public");
        Assert.Empty(rendered.OfKind("Ingress"));
        Assert.Single(rendered.OfKind("HTTPRoute"));
        Assert.Contains(rendered.One<V1NetworkPolicy>("NetworkPolicy").Spec.Ingress.SelectMany(rule => rule.Ports), port => port.Port.Value == "webhooks");
    }

    [Fact]
    public void A_token_is_a_file_at_the_place_that_the_settings_name()
    {
        var path = Rendered.Settings["Gateway"]!["Webhooks"]!["site"]!["Token"]!["Path"]!.GetValue<string>();
        var mount = Rendered.Container.VolumeMounts.Single(mount => mount.Name == "webhooks");
        var item = Rendered.Pod.Volumes.Single(volume => volume.Name == "webhooks").Projected.Sources.Single().Secret.Items.Single();
        Assert.Equal($"{mount.MountPath}/{item.Path}", path);
        Assert.True(Rendered.Settings["Gateway"]!["Webhooks"]!["wiki"]!["Setup"]!.GetValue<bool>());
    }
}
