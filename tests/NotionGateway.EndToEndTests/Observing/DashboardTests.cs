using System.Text.RegularExpressions;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Observing;

/// <summary>The dashboards are well made, and every one of their panels shows something when something happens.</summary>
public sealed partial class DashboardTests(ObservedGateway gateway)
{
    private const string Everything = """namespace=~"$namespace",job=~"$job""";

    private static IEnumerable<Panel> Panels => Dashboard.All.SelectMany(dashboard => dashboard.Panels);

    private static IEnumerable<Panel> Charts => Panels.Where(panel => !panel.IsHeading);

    [Fact]
    public void There_are_four_and_each_can_be_linked_to()
    {
        Assert.Equal(["credentials", "overview", "quota", "runtime"], Dashboard.All.Select(dashboard => dashboard.Name));
        Assert.All(Dashboard.All, dashboard => Assert.Equal($"notion-gateway-{dashboard.Name}", dashboard.Json.GetProperty("uid").GetString()));
    }

    [Fact]
    public void Every_panel_says_what_it_shows_and_in_which_unit() => Assert.All(Charts, panel =>
    {
        Assert.NotEmpty(panel.Title);
        Assert.InRange(panel.Json.GetProperty("description").GetString()!.Length, 20, 400);
        Assert.NotEmpty(panel.Json.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!);
    });

    [Fact]
    public void No_two_panels_of_a_dashboard_have_one_title_or_one_number() => Assert.All(Dashboard.All, dashboard =>
    {
        Assert.Equal(dashboard.Panels.Count, dashboard.Panels.Select(panel => panel.Title).Distinct().Count());
        Assert.Equal(dashboard.Panels.Count, dashboard.Panels.Select(panel => panel.Json.GetProperty("id").GetInt32()).Distinct().Count());
    });

    [Fact]
    public void Every_panel_and_every_query_asks_the_data_source_that_was_chosen()
    {
        var sources = Dashboard.All.SelectMany(dashboard => Uids().Matches(dashboard.Json.GetRawText())).Select(match => match.Groups["uid"].Value);
        Assert.All(sources, uid => Assert.Equal("${datasource}", uid));
        Assert.All(
            Charts,
            panel => Assert.All(
                panel.Targets.Append(panel.Json), json => Assert.Equal("${datasource}", json.GetProperty("datasource").GetProperty("uid").GetString())));
        Assert.All(Dashboard.All, dashboard => Assert.Single(dashboard.Variables, variable => variable.GetProperty("type").GetString() == "datasource"));
    }

    [Fact]
    public void Every_other_variable_begins_with_all_and_all_matches_where_the_label_is_missing_too() => Assert.All(
        Dashboard.All.SelectMany(dashboard => dashboard.Variables).Where(variable => variable.GetProperty("type").GetString() != "datasource"),
        variable => Assert.Equal(
            (".*", "$__all"), (variable.GetProperty("allValue").GetString(), variable.GetProperty("current").GetProperty("value")[0].GetString())));

    [Fact]
    public void Every_selection_is_of_the_namespace_and_the_job_that_were_chosen() => Assert.All(
        Charts.SelectMany(panel => panel.Queries).Select(query => query.Expression).Concat(Dashboard.All.SelectMany(dashboard => dashboard.Annotations)),
        expression =>
        {
            Assert.NotEmpty(Dashboard.Selections(expression));
            Assert.All(Dashboard.Selections(expression), selection => Assert.StartsWith(Everything, selection.Selector));

            // A metric without braces would not have been found above.
            Assert.DoesNotMatch(@"\b(notion_gateway|http_server|http_client|kestrel|dotnet)_\w+(?![\w{])", expression);
        });

    [Fact]
    public void No_panel_overlaps_another_or_the_edge() => Assert.All(Dashboard.All, dashboard =>
    {
        var taken = new Dictionary<(int, int), string>();
        foreach (var panel in dashboard.Panels)
        {
            var (x, y, width, height) = panel.Place;
            Assert.InRange(x + width, 1, 24);
            foreach (var cell in from column in Enumerable.Range(x, width) from row in Enumerable.Range(y, height) select (column, row))
            {
                Assert.True(taken.TryAdd(cell, panel.Title), $"{panel} overlaps '{taken[cell]}'");
            }
        }
    });

    [Fact]
    public async Task Every_query_of_every_panel_finds_numbers()
    {
        var observed = await gateway.Observation;
        var silent = new List<string>();
        foreach (var query in Charts.SelectMany(panel => panel.Queries))
        {
            // A text for "none" would hide that nothing is found.
            var found = await observed.AskAsync(query.Expression.Replace(" or vector(0)", ""), query.Instant);
            if (!found.Any(series => series.HasNumber))
            {
                silent.Add(query.Where);
            }
        }

        Assert.Empty(silent);
        foreach (var expression in Dashboard.All.SelectMany(dashboard => dashboard.Annotations).Distinct())
        {
            Assert.NotEmpty(await observed.AskAsync(expression));
        }
    }

    [Fact]
    public async Task Every_line_of_a_chart_has_a_name_of_its_own()
    {
        var observed = await gateway.Observation;
        foreach (var panel in Charts.Where(panel => panel.Type != "table"))
        {
            var names = new List<string>();
            foreach (var target in panel.Targets)
            {
                var legend = target.GetProperty("legendFormat").GetString()!;
                names.AddRange(
                    (await observed.AskAsync(target.GetProperty("expr").GetString()!))
                        .Select(series => LegendLabels().Replace(legend, label => series.Labels[label.Groups["label"].Value])));
            }

            Assert.True(names.Count == names.Distinct().Count(), $"{panel} has these lines: {string.Join(", ", names)}");
        }
    }

    [Fact]
    public async Task Every_metric_that_is_shown_exists()
    {
        var observed = await gateway.Observation;
        var existing = (await observed.AskAsync("""count by (__name__) ({__name__=~".+"})""")).Select(series => series.Labels["__name__"]);
        var shown = Charts.SelectMany(panel => panel.Queries).SelectMany(query => Dashboard.Selections(query.Expression)).Select(selection => selection.Metric);
        Assert.Empty(shown.Distinct().Except(existing));
    }

    [Fact]
    public void Every_metric_of_the_gateway_is_shown_somewhere()
    {
        var documented = Instruments().Matches(Repository.Read("docs", "metrics.md")).Select(match => match.Groups["name"].Value.Replace('.', '_'));
        var shown = Charts.SelectMany(panel => panel.Queries).SelectMany(query => Dashboard.Selections(query.Expression)).Select(selection => selection.Metric)
            .Distinct().ToList();

        // Whether the database of grants is there is 0 or 1, and only with PostgreSQL; certificates expire in months, and only with TLS: alerts say both.
        Assert.All(
            documented.Except(["notion_gateway_oauth_store_up", "notion_gateway_certificate_not_after"]),
            name => Assert.Contains(shown, metric => metric.StartsWith(name, StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"^\| `(?<name>notion_gateway\.[a-z_.]+)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Instruments();

    [GeneratedRegex(@"""datasource"":\s*\{[^}]*""uid"":\s*""(?<uid>[^""]*)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Uids();

    [GeneratedRegex(@"\{\{(?<label>\w+)\}\}", RegexOptions.ExplicitCapture)]
    private static partial Regex LegendLabels();
}
