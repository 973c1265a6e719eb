using NotionGateway.Settings;

namespace NotionGateway.Hosting;

/// <summary>What webhooks need of other sections, and what needs webhooks.</summary>
internal static class WebhookRules
{
    public static void Check(GatewaySettings settings, SettingErrors errors)
    {
        var names = settings.Credentials.All.Select(credential => credential.Name.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var webhook in settings.Webhooks)
        {
            foreach (var name in webhook.Credentials.Where(name => !names.Contains(name)))
            {
                errors.Add($"Gateway:Webhooks:{webhook.Name}:Credentials", $"names '{name}', which is not among Gateway:Credentials");
            }

            if (webhook.Setup && settings.Operator.Keys.Count == 0)
            {
                errors.Add(
                    $"Gateway:Webhooks:{webhook.Name}:Setup", "needs an operator, who alone can see the token: configure Gateway:Operator:KeyHashes");
            }
        }

        foreach (var (name, policy) in settings.Caching.Policies.Where(policy => policy.Value.TtlWithEvents is not null))
        {
            var path = $"Gateway:Caching:Policies:{name}:TtlWithEvents";
            if (settings.Webhooks.Count == 0)
            {
                errors.Add(path, "needs events: configure Gateway:Webhooks, or remove it");
            }

            if (settings.FlowControl.Replicas > 1 || settings.Shared is not null)
            {
                errors.Add(path, "cannot be used with several replicas: an event reaches only one of them. Remove it, or run one replica");
            }
        }
    }
}
