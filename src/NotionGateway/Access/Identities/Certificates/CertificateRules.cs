using System.Collections.Frozen;

namespace NotionGateway.Access.Identities.Certificates;

/// <summary>Whose certificates are whose, by one version of the settings.</summary>
internal sealed class CertificateRules(IEnumerable<(string Owner, string Name)> bindings)
{
    private readonly FrozenDictionary<string, string> _owners =
        bindings.ToFrozenDictionary(binding => binding.Name, binding => binding.Owner, StringComparer.Ordinal);

    /// <summary>Whose certificate has these names; null if nobody's. If they mean two callers, the second is handed out too.</summary>
    public string? OwnerOf(IReadOnlyList<string> names, out string? second)
    {
        string? owner = null;
        second = null;
        foreach (var name in names)
        {
            var found = _owners.GetValueOrDefault(name);
            second ??= owner is not null && found is not null && found != owner ? found : null;
            owner ??= found;
        }

        return owner;
    }
}
