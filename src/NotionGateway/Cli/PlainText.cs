using System.Globalization;
using System.Text;

namespace NotionGateway.Cli;

/// <summary>Makes text that others have written fit for a terminal: names of workspaces and people come from outside.</summary>
internal static class PlainText
{
    /// <summary>The text with everything that steers a terminal, or turns the reading direction, replaced.</summary>
    public static string Of(string text) => string.Concat(text.EnumerateRunes().Select(rune => !Shows(Rune.GetUnicodeCategory(rune)) ? "\uFFFD" : rune.ToString()));

    private static bool Shows(UnicodeCategory category) => category
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
