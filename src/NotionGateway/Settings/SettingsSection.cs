using System.Globalization;
using System.Text.RegularExpressions;

namespace NotionGateway.Settings;

/// <summary>
/// Reads one section of the configuration into typed values. Every wrong value becomes an error and reading goes on
/// with the default, so one pass finds them all; an unknown key is an error too, since it is usually a typo.
/// </summary>
internal sealed partial class SettingsSection(IConfigurationSection section, SettingErrors errors, SettingsCatalogue catalogue, string? pattern = null)
{
    private const string DurationRule = "write a duration as hh:mm:ss or d.hh:mm:ss, for example 00:00:30";

    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public string Path => section.Path;

    /// <summary>Whether the configuration says anything here.</summary>
    public bool IsThere => section.Exists();

    /// <summary>The path with placeholders for names and indexes, as the documentation writes it.</summary>
    private string Pattern => pattern ?? section.Path;

    public string PathOf(string key) => $"{section.Path}:{key}";

    public void Error(string key, string message) => errors.Add(PathOf(key), message);

    public string? Text(string key) => Ask(key, shown: null);

    public string Text(string key, string fallback) => Ask(key, fallback) ?? fallback;

    public bool Flag(string key, bool fallback) => Parse(
        key, fallback, fallback ? "true" : "false", text => bool.TryParse(text, out var value) ? value : null, "write true or false");

    public double Number(string key, double fallback, double least, double most, string? shown = null) => Parse<double>(
        key,
        fallback,
        shown ?? fallback.ToString(CultureInfo.InvariantCulture),
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value : null,
        FormattableString.Invariant($"write a number from {least} to {most}"));

    public long Whole(string key, long fallback, long least, long most, string? shown = null) => Parse<long>(
        key,
        fallback,
        shown ?? fallback.ToString(CultureInfo.InvariantCulture),
        text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value : null,
        FormattableString.Invariant($"write a whole number from {least} to {most}"));

    public TimeSpan Duration(string key, TimeSpan fallback, TimeSpan least, TimeSpan most, string? shown = null) => Parse<TimeSpan>(
        key,
        fallback,
        shown ?? fallback.ToString("c", CultureInfo.InvariantCulture),
        text => DurationForm().IsMatch(text)
            && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var value)
            && value >= least
            && value <= most
                ? value
                : null,
        FormattableString.Invariant($"{DurationRule}, from {least:c} to {most:c}"));

    /// <summary>One of the words of an enumeration.</summary>
    public T Choice<T>(string key, T fallback)
        where T : struct, Enum => Enum.Parse<T>(Choice(key, Enum.GetNames<T>(), fallback.ToString()));

    /// <summary>One of these words, as it stands here, whatever the case it is written in.</summary>
    public string Choice(string key, IReadOnlyList<string> words, string fallback, bool required = false)
    {
        var text = Ask(key, required ? null : fallback);
        if (text is null)
        {
            if (required)
            {
                Error(key, $"is required: write one of {string.Join(", ", words)}");
            }

            return fallback;
        }

        if (words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } chosen)
        {
            return chosen;
        }

        Error(key, $"write one of {string.Join(", ", words)}");
        return fallback;
    }

    /// <summary>A list of texts; null when the setting is absent, since a list has no default that could be appended to.</summary>
    public IReadOnlyList<string>? List(string key, string? shown = null)
    {
        _known.Add(key);
        catalogue.Add($"{Pattern}:{key}[]", shown);
        var list = section.GetSection(key);
        if (!list.Exists())
        {
            return null;
        }

        if (!string.IsNullOrEmpty(list.Value))
        {
            Error(key, "write a list");
            return null;
        }

        var items = new List<string>();
        foreach (var item in list.GetChildren())
        {
            if (string.IsNullOrEmpty(item.Value))
            {
                errors.Add(item.Path, "write a string; this entry is empty");
                continue;
            }

            items.Add(item.Value);
        }

        return items;
    }

    /// <summary>The sections under a key that carry names of the operator's choosing.</summary>
    public IEnumerable<(string Name, SettingsSection Section)> Named(string key, string placeholder, Func<string?, bool>? isName = null)
    {
        _known.Add(key);
        foreach (var child in section.GetSection(key).GetChildren())
        {
            if (!(isName ?? GatewayName.IsValid)(child.Key))
            {
                errors.Add(child.Path, $"is not a valid name: use {GatewayName.Rule}");
                continue;
            }

            yield return (child.Key, new SettingsSection(child, errors, catalogue, $"{Pattern}:{key}:{{{placeholder}}}"));
        }
    }

    /// <summary>The sections of a list of objects.</summary>
    public IEnumerable<SettingsSection> Items(string key)
    {
        _known.Add(key);
        return section.GetSection(key).GetChildren().Select(child => new SettingsSection(child, errors, catalogue, $"{Pattern}:{key}[]"));
    }

    public SettingsSection Section(string key)
    {
        _known.Add(key);
        return new SettingsSection(section.GetSection(key), errors, catalogue, $"{Pattern}:{key}");
    }

    /// <summary>Call this last: names every key that was never read.</summary>
    public void RejectUnknown()
    {
        foreach (var child in section.GetChildren().Where(child => !_known.Contains(child.Key)))
        {
            errors.Add(
                child.Path,
                RenamedSettings.NewNameOf($"{Pattern}:{child.Key}") is { } newName ? $"was renamed: write {newName} instead"
                : _known.Count == 0 ? "is not a setting"
                : $"is not a setting; valid here: {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
        }
    }

    private T Parse<T>(string key, T fallback, string shown, Func<string, T?> parse, string rule)
        where T : struct
    {
        var text = Ask(key, shown);
        if (text is null)
        {
            return fallback;
        }

        if (parse(text) is { } value)
        {
            return value;
        }

        Error(key, rule);
        return fallback;
    }

    private string? Ask(string key, string? shown)
    {
        _known.Add(key);
        catalogue.Add($"{Pattern}:{key}", shown);
        var child = section.GetSection(key);
        if (child.GetChildren().Any())
        {
            Error(key, "write a single value, not a section");
            return null;
        }

        return string.IsNullOrEmpty(child.Value) ? null : child.Value;
    }

    // Without a colon TimeSpan would read "30" as thirty days.
    [GeneratedRegex(
        @"\A(\d+\.)?\d{1,2}:\d{2}:\d{2}(\.\d{1,7})?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex DurationForm();
}
