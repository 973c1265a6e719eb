using NotionGateway.Access;
using NotionGateway.Settings;

namespace NotionGateway.Hosting;

/// <summary>The rules between sections: callers need credentials that exist, and there must be somebody to serve at all.</summary>
internal static class SettingsRules
{
    private const string Callers = "Gateway:Access:Callers";
    private const string Credentials = "Gateway:Credentials";

    /// <summary>The callers with their default credential filled in.</summary>
    public static AccessOptions Resolve(GatewaySettings settings, SettingErrors errors)
    {
        var names = settings.Credentials.All.Select(credential => credential.Name.Value).ToHashSet(StringComparer.Ordinal);
        if (names.Count == 0)
        {
            errors.Add(Credentials, "no connection to Notion is configured: set NOTION_TOKEN, or add a credential with a Source");
        }

        if (settings.Access.Callers.Count == 0)
        {
            errors.Add(Callers, "nobody may call: set GATEWAY_KEY, or add a caller with KeyHashes ('notion-gateway key new NAME' makes them)");
        }

        foreach (var credential in settings.Credentials.All.Where(credential => !settings.FlowControl.Plans.ContainsKey(credential.Plan)))
        {
            errors.Add($"{Credentials}:{credential.Name}:Plan", $"is not a plan; the plans are {string.Join(", ", settings.FlowControl.Plans.Keys)}");
        }

        return settings.Access with { Callers = [.. settings.Access.Callers.Select(caller => Resolve(caller, names, errors))] };
    }

    private static CallerOptions Resolve(CallerOptions caller, HashSet<string> names, SettingErrors errors)
    {
        foreach (var name in caller.Credentials.Where(name => !names.Contains(name)))
        {
            errors.Add($"{Callers}:{caller.Name}:Credentials", $"names '{name}', which is not among {Credentials}");
        }

        if (caller.Credential is { } chosen)
        {
            if (!names.Contains(chosen))
            {
                errors.Add($"{Callers}:{caller.Name}:Credential", $"names '{chosen}', which is not among {Credentials}");
            }

            return caller;
        }

        var only = names.Count == 1 ? names.Single() : names.Contains(CredentialName.Default.Value) ? CredentialName.Default.Value : null;
        if (only is null && names.Count > 0)
        {
            errors.Add($"{Callers}:{caller.Name}:Credential", "is needed: there are several credentials and none is called 'default'");
        }

        return caller with { Credential = only ?? CredentialName.Default.Value };
    }
}
