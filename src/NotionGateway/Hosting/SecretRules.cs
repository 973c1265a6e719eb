using NotionGateway.Access;
using NotionGateway.Credentials.Sources;
using NotionGateway.Settings;

namespace NotionGateway.Hosting;

/// <summary>
/// What can be known of secrets before anything runs: a text on this machine that cannot be the secret it is given as, and keys that
/// everybody knows. A secret that is not there yet is no error; its credential waits for it.
/// </summary>
internal static class SecretRules
{
    private const string Demo = "is the sandbox's demo key, which is public: create a key with 'notion-gateway key new'";

    private static readonly KeyDigest[] DemoKeys = [KeyDigest.Of(SandboxMode.DemoKey), KeyDigest.Of(SandboxOAuth.DemoOperatorKey)];

    public static void Check(GatewaySettings settings, SettingsSource source, SettingErrors errors)
    {
        foreach (var place in settings.Credentials.All.Select(credential => credential.Place)
            .Concat(settings.Forwarding.Secrets.Concat(settings.OAuth.Secrets).Concat(settings.Shared?.Secrets ?? []).Select(secret => secret.Place))
            .Concat(settings.Webhooks.Select(webhook => webhook.Token).OfType<SecretReference>()))
        {
            // What is elsewhere, or not there yet, is looked at when it is read.
            if (place.Peek(source.Environment) is var (setting, text) && SecretText.TryClean(text, out _, place.Kind) is { } wrong && wrong != SecretText.Empty)
            {
                errors.Add(setting, $"the content of {place.Description} cannot be used: {wrong}");
            }
        }

        if (!source.IsSandbox)
        {
            RejectDemoKeys(settings, source.Environment, errors);
        }
    }

    private static void RejectDemoKeys(GatewaySettings settings, IProcessEnvironment environment, SettingErrors errors)
    {
        var given = environment.Get(EnvironmentShortcuts.GatewayKey) is { } raw
            && SecretText.TryClean(raw, out var key, SecretKind.GatewayKey) is null
            && DemoKeys.Contains(KeyDigest.Of(key));
        if (given)
        {
            errors.Add(EnvironmentShortcuts.GatewayKey, Demo);
        }

        var withDemoKeys = settings.Access.Callers.Where(caller => caller.Keys.Intersect(DemoKeys).Any());
        foreach (var caller in withDemoKeys.Where(caller => !(given && caller.Name == EnvironmentShortcuts.Caller)))
        {
            errors.Add($"Gateway:Access:Callers:{caller.Name}:{KeyHashes.Setting}", $"one of them {Demo}");
        }

        foreach (var setting in settings.Operator.All.Where(key => DemoKeys.Contains(key.Key)).Select(key => key.Setting).Distinct(StringComparer.Ordinal))
        {
            errors.Add($"Gateway:Operator:{setting}", $"one of them {Demo} --operator");
        }
    }
}
