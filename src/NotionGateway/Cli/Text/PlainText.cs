using System.Globalization;
using System.Text;

namespace NotionGateway.Cli.Text;

/// <summary>Makes text from outside, such as names of workspaces and people, safe for a terminal.</summary>
internal static class PlainText
{
    /// <summary>The text, with every character replaced that controls a terminal or reverses the reading direction.</summary>
    public static string Of(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => !Shows(Rune.GetUnicodeCategory(rune)) ? "\uFFFD" : rune.ToString()));

    private static bool Shows(UnicodeCategory category) => category is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
