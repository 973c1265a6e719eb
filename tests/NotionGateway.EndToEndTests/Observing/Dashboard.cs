using System.Text.Json;
using System.Text.RegularExpressions;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Observing;

/// <summary>A dashboard as it lies in the repository.</summary>
internal sealed partial class Dashboard
{
    /// <summary>How many points of a chart a rate looks at here: charts have a point a second.</summary>
    private const string RateInterval = "5s";

    private Dashboard(string file)
    {
        Name = Path.GetFileNameWithoutExtension(file);
        Json = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
        Panels = [.. Json.GetProperty("panels").EnumerateArray().Select(panel => new Panel(Name, panel))];
    }

    public static IReadOnlyList<Dashboard> All { get; } =
        [.. Directory.GetFiles(Repository.PathOf("deploy", "grafana", "dashboards"), "*.json").Order(StringComparer.Ordinal)
            .Select(file => new Dashboard(file))];

    public string Name { get; }

    public JsonElement Json { get; }

    public IReadOnlyList<Panel> Panels { get; }

    public IEnumerable<JsonElement> Variables => Json.GetProperty("templating").GetProperty("list").EnumerateArray();

    public IEnumerable<string> Annotations =>
        Json.GetProperty("annotations").GetProperty("list").EnumerateArray().Select(annotation => annotation.GetProperty("expr").GetString()!);

    /// <summary>An expression as Grafana sends it when nothing is chosen: each of our variables means everything.</summary>
    public static string Filled(string expression, TimeSpan range) => Variable().Replace(
        expression.Replace("$__rate_interval", RateInterval).Replace("$__range", $"{range.TotalSeconds:0}s"), ".*");

    /// <summary>The names of the metrics that an expression selects from, each with the text in its braces.</summary>
    public static IEnumerable<(string Metric, string Selector)> Selections(string expression) =>
        Selection().Matches(expression).Select(match => (match.Groups["metric"].Value, match.Groups["selector"].Value));

    [GeneratedRegex(@"\$(namespace|job|instance|credential)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?<metric>[a-zA-Z_:][a-zA-Z0-9_:]*)\{(?<selector>[^}]*)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Selection();
}

/// <summary>A panel, or a row's heading.</summary>
internal sealed record Panel(string Dashboard, JsonElement Json)
{
    public string Title => Json.GetProperty("title").GetString()!;

    public string Type => Json.GetProperty("type").GetString()!;

    public bool IsHeading => Type == "row";

    public IEnumerable<JsonElement> Targets => IsHeading ? [] : Json.GetProperty("targets").EnumerateArray();

    public IEnumerable<Query> Queries => Targets.Select(target => new Query(
        $"{Dashboard}: {Title} ({target.GetProperty("refId").GetString()})",
        target.GetProperty("expr").GetString()!,
        target.TryGetProperty("instant", out var instant) && instant.GetBoolean()));

    public (int X, int Y, int Width, int Height) Place
    {
        get
        {
            var place = Json.GetProperty("gridPos");
            return (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32(), place.GetProperty("w").GetInt32(), place.GetProperty("h").GetInt32());
        }
    }

    public override string ToString() => $"{Dashboard}: {Title}";
}

/// <summary>One expression of a panel: over the span, or at its end.</summary>
internal sealed record Query(string Where, string Expression, bool Instant);
