using System.Diagnostics.CodeAnalysis;

namespace NotionSandbox.Ids;

/// <summary>Ids are written with or without dashes by callers, and always with dashes by Notion.</summary>
internal static class IdText
{
    public static bool TryParse(string? text, [NotNullWhen(true)] out string? id)
    {
        id = Guid.TryParseExact(text, "D", out var guid) || Guid.TryParseExact(text, "N", out guid) ? guid.ToString("D") : null;
        return id is not null;
    }

    public static string Undashed(string id) => id.Replace("-", "", StringComparison.Ordinal);
}
