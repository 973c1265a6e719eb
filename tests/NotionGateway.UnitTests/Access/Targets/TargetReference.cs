using System.Text.RegularExpressions;
using NotionGateway.Notion;

namespace NotionGateway.UnitTests.Access.Targets;

/// <summary>
/// A second, naive reading of a target that the gateway has accepted: split, decode and compare, without a thought for speed. What it
/// finds must be what the rules have found.
/// </summary>
internal static partial class TargetReference
{
    private static readonly string[] TokenNames = ["token", "access_token", "auth_token", "api_key"];

    /// <summary>What is wrong with the way from what came to what is sent; null if nothing is.</summary>
    public static string? WrongWith(string raw, string sent)
    {
        var judged = raw.StartsWith("//v1/", StringComparison.Ordinal) ? raw[1..] : raw;
        var path = judged.Split('?')[0];
        return sent != WithoutTokens(judged, path) ? $"'{WithoutTokens(judged, path)}' should be sent"
            : !sent.All(character => character is > ' ' and < '\u007f' and not '#') ? "a character that is not printable is sent"
            : WrongWithPath(path);
    }

    /// <summary>The operation whose template the path fits; a word fits better than an id, and the first segments count first.</summary>
    public static string? OperationOf(string method, string path)
    {
        var segments = path.Split('/');
        return NotionOperations.All
            .Where(operation => operation.Method == method && Fits(operation.Template.Split('/'), segments))
            .OrderBy(operation => string.Concat(operation.Template.Split('/').Select(segment => segment.StartsWith('{') ? '1' : '0')), StringComparer.Ordinal)
            .FirstOrDefault()?.Name;
    }

    private static bool Fits(string[] template, string[] segments) => template.Length == segments.Length && template.Zip(segments).All(pair => pair.First switch
    {
        "{property_id}" => pair.Second.Length > 0,
        ['{', ..] => pair.Second.Length > 0 && pair.Second.All(character => char.IsAsciiLetterOrDigit(character) || "-._~".Contains(character)),
        var word => word == pair.Second,
    });

    private static string? WrongWithPath(string path)
    {
        var segments = path.Split('/');
        var isProperty = segments is ["", "v1", "pages", _, "properties", _];
        var outside = isProperty ? string.Join('/', segments[..^1]) : path;
        return outside.Contains('%', StringComparison.Ordinal) ? "an escape in the path"
            : path.Contains("//", StringComparison.Ordinal) ? "an empty segment"
            : segments.Any(segment => Decoded(segment).Split('/', '\\').Any(part => part.Split(';')[0].Trim() is "..")) ? "a dot segment"
            : segments.Any(segment => segment is ".") ? "a dot segment"
            : Decoded(path).Any(char.IsControl) ? "a control character in the path"
            : Secret().IsMatch(Decoded(path)) ? "a secret in the path"
            : null;
    }

    private static string WithoutTokens(string target, string path)
    {
        if (path.Length == target.Length)
        {
            return target;
        }

        var query = target[(path.Length + 1)..];
        var parts = Regex.Split(query, "([&;])");
        var kept = "";
        for (var at = 0; at < parts.Length; at += 2)
        {
            if (!IsToken(parts[at]))
            {
                kept += (kept.Length == 0 ? "?" : parts[at - 1]) + parts[at];
            }
        }

        return path + kept;
    }

    private static bool IsToken(string parameter)
    {
        var name = AsciiDecoded(parameter.Split('=')[0]);
        string[] readings = [name, string.Concat(name.Where(character => !char.IsControl(character))), name.Split('\0')[0]];
        return parameter.Length > 0
            && (readings.Any(reading => TokenNames.Contains(reading.Split('[')[0].Trim(), StringComparer.OrdinalIgnoreCase))
                || Secret().IsMatch(AsciiDecoded(parameter)));
    }

    /// <summary>Every escape is replaced by its character until there is none left; then every plus sign.</summary>
    private static string AsciiDecoded(string text)
    {
        for (var next = text; ; text = next)
        {
            next = Escape().Replace(text, match => ((char)Convert.ToByte(match.Value[1..], 16)).ToString());
            if (next == text)
            {
                return text.Replace('+', ' ');
            }
        }
    }

    private static string Decoded(string text)
    {
        for (var next = text; ; text = next)
        {
            next = Uri.UnescapeDataString(text);
            if (next == text)
            {
                return text;
            }
        }
    }

    [GeneratedRegex("%[0-9A-Fa-f]{2}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Escape();

    [GeneratedRegex("(?<![A-Za-z0-9])(ntn|secret|nrt|adm|ngw)_[A-Za-z0-9]{20}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Secret();
}
