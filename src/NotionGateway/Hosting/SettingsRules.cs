using NotionGateway.Access;
using NotionGateway.Settings;

namespace NotionGateway.Hosting;

/// <summary>The rules between sections: callers need credentials that exist, and there must be at least one caller.</summary>
internal static class SettingsRules
{
    private const string Callers = "Gateway:Access:Callers";
    private const string Credentials = "Gateway:Credentials";

    private const string Apps = "Gateway:OAuth:Apps";

    /// <summary>The callers with their default credential filled in.</summary>
    public static AccessOptions Resolve(GatewaySettings settings, SettingErrors errors)
    {
        var names = settings.Credentials.All.Select(credential => credential.Name.Value).ToHashSet(StringComparer.Ordinal);
        if (names.Count == 0 && !settings.OAuth.IsOn)
        {
            errors.Add(
                Credentials,
                "no connection to Notion is configured: set NOTION_TOKEN, add a credential with a Source, "
                    + "or add a public connection (OAuth) under Gateway:OAuth:Apps");
        }

        // A key with an error of its own is why there is no caller.
        if (settings.Access.Callers.Count == 0 && !errors.All.Any(error => error.Path == EnvironmentShortcuts.GatewayKey))
        {
            errors.Add(Callers, "no callers are configured: set GATEWAY_KEY, or add a caller with KeyHashes ('notion-gateway key new NAME' creates them)");
        }

        foreach (var credential in settings.Credentials.All.Where(credential => !settings.FlowControl.Plans.ContainsKey(credential.Plan)))
        {
            errors.Add($"{Credentials}:{credential.Name}:Plan", $"is not a plan; the plans are {string.Join(", ", settings.FlowControl.Plans.Keys)}");
        }

        foreach (var app in settings.OAuth.Apps.Where(app => !settings.FlowControl.Plans.ContainsKey(app.Plan)))
        {
            errors.Add($"{Apps}:{app.Name}:Plan", $"is not a plan; the plans are {string.Join(", ", settings.FlowControl.Plans.Keys)}");
        }

        CheckCaching(settings, errors);
        WebhookRules.Check(settings, errors);
        RejectOperatorKeys(settings, errors);
        var apps = settings.OAuth.Apps.Select(app => app.Name).ToHashSet(StringComparer.Ordinal);
        return settings.Access with { Callers = [.. settings.Access.Callers.Select(caller => Resolve(caller, names, apps, errors))] };
    }

    /// <summary>A replica does not hear of what is written through another, so it must not store by accident.</summary>
    private static void CheckCaching(GatewaySettings settings, SettingErrors errors)
    {
        foreach (var caller in settings.Access.Callers.Where(caller => caller.Cache is { } name && !settings.Caching.Policies.ContainsKey(name)))
        {
            errors.Add($"{Callers}:{caller.Name}:Cache", "is not a policy of Gateway:Caching:Policies");
        }

        if (settings.Caching.Stores && (settings.FlowControl.Replicas > 1 || settings.Shared is not null) && !settings.Caching.PerReplica)
        {
            errors.Add(
                "Gateway:Caching:Policies",
                "cannot be used with several replicas: what is written through one would not reach the others' stored responses. Remove the policies, run one "
                    + "replica, or set Gateway:Caching:PerReplica=true if callers can live with responses that are up to Ttl old after a write");
        }
    }

    /// <summary>One key must serve one purpose: a compromised service must not administer, and an operator's key is not for scripts that call.</summary>
    private static void RejectOperatorKeys(GatewaySettings settings, SettingErrors errors)
    {
        foreach (var keys in settings.Operator.All.GroupBy(key => key.Setting, key => key.Key, StringComparer.Ordinal))
        {
            foreach (var caller in settings.Access.Callers.Where(caller => caller.Keys.Intersect(keys).Any()))
            {
                errors.Add($"{Callers}:{caller.Name}:KeyHashes", $"has the same hash as Gateway:Operator:{keys.Key}: give callers and operators separate keys");
            }
        }
    }

    private static CallerOptions Resolve(CallerOptions caller, HashSet<string> names, HashSet<string> apps, SettingErrors errors)
    {
        foreach (var app in caller.Permissions.Apps.Except(apps).Order(StringComparer.Ordinal))
        {
            errors.Add($"{Callers}:{caller.Name}:Permissions", $"names the app '{app}', which is not among {Apps}");
        }

        foreach (var name in caller.Credentials.Where(name => !Exists(name)))
        {
            errors.Add($"{Callers}:{caller.Name}:Credentials", $"names '{name}', {Describe(name)}");
        }

        if (caller.Credential is { } chosen)
        {
            if (!Exists(chosen) || CallerOptions.IsPrefixRule(chosen))
            {
                errors.Add($"{Callers}:{caller.Name}:Credential", $"names '{chosen}', {Describe(chosen)}");
            }

            return caller;
        }

        var only = names.Count == 1 ? names.Single() : names.Contains(CredentialName.Default.Value) ? CredentialName.Default.Value : null;
        if (only is null && names.Count > 0 && !caller.UsesGrantsOnly)
        {
            errors.Add($"{Callers}:{caller.Name}:Credential", "is required: there are several credentials and none is named 'default'");
        }

        return caller with { Credential = caller.UsesGrantsOnly ? null : only };

        // A grant may not be there yet: its app must be.
        bool Exists(string name) => names.Contains(name) || (AppOf(name) is { } app && apps.Contains(app));
    }

    /// <summary>The app of a grant's name, or of a rule for names such as <c>crm/*</c>, which some name must be able to match.</summary>
    private static string? AppOf(string name) =>
        CredentialName.TryParseGrant(CallerOptions.IsPrefixRule(name) ? $"{name[..^1]}x" : name, out var grant) ? grant.App : null;

    private static string Describe(string name) => name.Contains('/', StringComparison.Ordinal)
        ? $"which is not app/name (or app/*) with an app from {Apps}"
        : $"which is not among {Credentials}";
}
