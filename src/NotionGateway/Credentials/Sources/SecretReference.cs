using NotionGateway.Settings;

namespace NotionGateway.Credentials.Sources;

/// <summary>
/// Where one secret is read: a token, a client secret, a key. Each source is a subclass with its own settings and its own reader;
/// a new one is a file and a line in <see cref="SecretSource.All"/>.
/// </summary>
/// <param name="Owner">The setting's path: two settings may read the same file, each at its own time.</param>
/// <param name="Kind">What is to be found there.</param>
internal abstract record SecretReference(string Owner, SecretKind Kind)
{
    /// <summary>The word for the source in settings, logs and metrics.</summary>
    public abstract string Source { get; }

    /// <summary>Where it is, for people.</summary>
    public abstract string Description { get; }

    /// <summary>Reads the settings of the reference; others may stand beside them.</summary>
    public static SecretReference Read(SettingsSection section, SecretKind kind = SecretKind.NotionToken)
    {
        var name = section.Choice("Source", [.. SecretSource.All.Select(source => source.Name)], SecretSource.All[0].Name, required: true);
        var chosen = SecretSource.All.Single(source => source.Name == name);

        // The others read theirs too: what is wrong in a setting is told whether or not it is of the right source.
        var references = SecretSource.All.ToDictionary(source => source, source => source.Read(section, kind));
        foreach (var key in SecretSource.All.SelectMany(source => source.Settings))
        {
            var (isSet, isNeeded) = (section.Text(key) is not null, chosen.Settings.Contains(key, StringComparer.Ordinal));
            if (isNeeded && !isSet)
            {
                section.Error(key, $"is required when Source is {name}");
            }
            else if (isSet && !isNeeded)
            {
                section.Error(key, $"does not apply when Source is {name}: remove it, or change Source");
            }
        }

        return references[chosen];
    }

    /// <summary>Makes what reads it. A reader keeps what it needs to notice changes, and serves this reference alone.</summary>
    public abstract ISecretReader CreateReader(IServiceProvider services);

    /// <summary>The text if it is on this machine and can be read now, and the setting to name if it is wrong; null for all others.</summary>
    public virtual (string Setting, string Text)? Peek(IProcessEnvironment environment) => null;
}
