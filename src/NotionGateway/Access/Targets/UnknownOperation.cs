using System.Text;
using System.Text.RegularExpressions;
using NotionGateway.Notion;

namespace NotionGateway.Access.Targets;

/// <summary>
/// The response to a method and path that no operation has: it names them as a template, without an id, and says what was probably meant.
/// </summary>
internal static partial class UnknownOperation
{
    private const int LongestWord = 24;
    private const int MostSegments = 8;
    private const string Version = "/v1";

    // Nothing that is meant is longer.
    private const int LongestGuessed = 512;

    private static readonly HashSet<string> Description =
    [
        .. NotionOperations.All.SelectMany(operation => OperationTable.SegmentsOf(operation.Template)).Where(segment => !OperationTable.IsParameter(segment)),
        "v1", "oauth", "authorize", "token", "introspect", "revoke",
    ];

    /// <summary>Words that an id follows.</summary>
    private static readonly HashSet<string> Collections = [.. NotionOperations.All.Select(operation => OperationTable.SegmentsOf(operation.Template))
        .SelectMany(segments => segments.Zip(segments.Skip(1))).Where(pair => OperationTable.IsParameter(pair.Second)).Select(pair => pair.First)];

    public static Refusal Refuse(string method, string path, OperationTable operations)
    {
        var verb = HeaderRules.IsMethod(method) ? method : "This method";
        if (operations.At(path) is { Count: > 0 } here)
        {
            return Because($"{verb} {here[0].Template} is not an operation of Notion's API. This path accepts {Methods(here)}.");
        }

        var what = $"{verb} {TemplateOf(path)}";
        return Because(NeverServed(path) is { } never ? $"{what} is not served here. {never}"
            : Guess(path, operations) is { } guess ? $"{what} is not an operation of Notion's API. {guess}"
            : $"{what} is not a Notion API operation that this gateway knows. "
                + "If Notion added it recently, the operator can list it under Gateway:Access:ExtraOperations.");
    }

    private static Refusal Because(string message) => new(RefusalReason.UnknownOperation, message);

    private static string Methods(IEnumerable<NotionOperation> operations) =>
        string.Join(", ", HeaderRules.Methods.Where(method => operations.Any(operation => operation.Method == method)));

    private static string? NeverServed(string path) =>
        IsUnder(path, "/v1/oauth") || IsUnder(path, "/oauth")
            ? "Notion's OAuth endpoints take an application's credentials by HTTP Basic, never a bearer key; "
                + "the gateway serves them only for its own public connections (OAuth)."
        : IsUnder(path, "/admin") || IsUnder(path, "/v1/admin") ? "Notion's admin API needs an organization's token, which this gateway does not have."
        : IsUnder(path, "/v1/external_agent_stub") ? "These endpoints are reserved for Notion."
        : path is "/livez" or "/readyz" or "/metrics" ? "Probes and metrics are on the management listener, on its own port."
        : null;

    private static bool IsUnder(string path, string folder) =>
        path.StartsWith(folder, StringComparison.OrdinalIgnoreCase) && (path.Length == folder.Length || path[folder.Length] == '/');

    /// <summary>Takes away what people get wrong about a base URL and looks whether a known path is left.</summary>
    private static string? Guess(string path, OperationTable operations)
    {
        if (path.Length > LongestGuessed)
        {
            return null;
        }

        var mistakes = new List<string>();
        var guessed = path;
        if (guessed.EndsWith('/'))
        {
            guessed = guessed[..^1];
            mistakes.Add("remove the trailing slash");
        }

        var version = guessed.LastIndexOf(Version + "/", StringComparison.OrdinalIgnoreCase);
        if (version > 0)
        {
            mistakes.Add(guessed[..version].Equals(Version, StringComparison.OrdinalIgnoreCase)
                ? "/v1 appears twice: set the base URL without it, because SDKs add it"
                : "the gateway does not support a path prefix: set the base URL without a path");
            guessed = guessed[version..];
        }
        else if (version < 0)
        {
            guessed = Version + guessed;
            mistakes.Add("begin the path with /v1");
        }

        var found = operations.At(guessed);
        if (found.Count == 0 && guessed.Any(char.IsAsciiLetterUpper))
        {
            found = operations.At(guessed.ToLowerInvariant());
            mistakes.Add("write the path in lower case");
        }

        return found.Count == 0 ? null : $"Probably meant: {Methods(found)} {found[0].Template}; {string.Join("; ", mistakes)}.";
    }

    /// <summary>The path with everything that may be an id replaced, and bounded: it goes into logs.</summary>
    private static string TemplateOf(string path)
    {
        var template = new StringBuilder();
        var count = 0;
        var (isAfterCollection, hasStrangeWord) = (false, false);
        foreach (var range in path.AsSpan(1).Split('/'))
        {
            if (++count > MostSegments)
            {
                return template.Append("/…").ToString();
            }

            var segment = path[1..][range];
            var isWord = Description.Contains(segment.ToLowerInvariant());

            // One word that is not Notion's helps the reader; a second one may be a name.
            if (!isWord && !hasStrangeWord && !isAfterCollection && segment.Length <= LongestWord && WordForm().IsMatch(segment))
            {
                isWord = hasStrangeWord = true;
            }

            template.Append('/').Append(isWord || segment.Length == 0 ? segment : "{id}");
            isAfterCollection = Collections.Contains(segment.ToLowerInvariant());
        }

        return template.ToString();
    }

    // Ids have digits, dashes or capitals; a secret of the gateway's or Notion's is longer than a word.
    [GeneratedRegex(@"\A(v[0-9]|[a-z]+(_[a-z]+)*)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordForm();
}
