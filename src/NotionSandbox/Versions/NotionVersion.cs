using System.Collections.Frozen;

namespace NotionSandbox.Versions;

/// <summary>A value of the <c>Notion-Version</c> header, and what responses look like under it.</summary>
internal sealed class NotionVersion
{
    private static readonly string[] Released = ["2021-05-13", "2021-08-16", "2022-02-22", "2022-06-28", "2025-09-03", "2026-03-11"];

    private static readonly FrozenDictionary<string, NotionVersion> Known =
        Released.ToFrozenDictionary(text => text, text => new NotionVersion(text), StringComparer.Ordinal);

    private NotionVersion(string text)
    {
        Text = text;
        HasDataSources = string.CompareOrdinal(text, "2025-09-03") >= 0;
        SaysInTrashOnly = string.CompareOrdinal(text, "2026-03-11") >= 0;
    }

    public static NotionVersion Newest { get; } = Known["2026-03-11"];

    public string Text { get; }

    /// <summary>Databases are containers of data sources; before that a database had the schema itself.</summary>
    public bool HasDataSources { get; }

    /// <summary><c>archived</c> and <c>after</c> are gone; there are only <c>in_trash</c> and <c>position</c>.</summary>
    public bool SaysInTrashOnly { get; }

    public static NotionVersion? Find(string text) => Known.GetValueOrDefault(text);

    /// <summary>The refusal that names every version there is, as Notion words it.</summary>
    public static string Complaint(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`.";
        }

        var choices = string.Join(", ", Released.SkipLast(1).Select(version => $"`\"{version}\"`"));
        return $"Notion-Version header failed validation: Notion-Version header should be {choices}, or `\"{Released[^1]}\"`, instead was `\"{text}\"`.";
    }

    public override string ToString() => Text;
}
