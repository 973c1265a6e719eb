using NotionGateway.Operator.Status;

namespace NotionGateway.Cli.Text;

/// <summary>A part of a line, and what may become of it where there is little room.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Short">The same in fewer words.</param>
/// <param name="Goes">The order in which parts go: the highest first, and 0 stays.</param>
internal sealed record LinePart(string Text, string Short, int Goes = 0);

/// <summary>Makes one line fit in a screen that may be narrow, without cutting a number.</summary>
internal static class FittedLine
{
    /// <summary>The parts beside each other: shortened first, and then without those that are needed least.</summary>
    public static string Of(IReadOnlyList<LinePart> parts, int width)
    {
        if (string.Join("  ", parts.Select(part => part.Text)) is var full && full.Length <= width)
        {
            return full;
        }

        var kept = parts.ToList();
        while (string.Join("  ", kept.Select(part => part.Short)).Length > width && kept.MaxBy(part => part.Goes) is { Goes: > 0 } least)
        {
            kept.Remove(least);
        }

        return Sentence(string.Join("  ", kept.Select(part => part.Short)), width);
    }

    /// <summary>As many of the words as there is room for; a number does not stand at the end of what was cut, without what it counts.</summary>
    public static string Sentence(string text, int width)
    {
        if (text.Length <= width)
        {
            return text;
        }

        var end = text.LastIndexOf(' ', Math.Max(0, width - 1));
        while (end > 0 && text.LastIndexOf(' ', end - 1) + 1 is var word && text[word..end].Any(char.IsAsciiDigit))
        {
            end = word - 1;
        }

        return end > 0 ? $"{text.AsSpan(0, end).TrimEnd()}…" : StatusWords.Cut(text, width);
    }
}
