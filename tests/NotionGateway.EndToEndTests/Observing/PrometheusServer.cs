using System.Globalization;
using System.Text.Json;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Observing;

/// <summary>A real Prometheus that scrapes one gateway once a second, with the configuration and the rules that are shipped.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly RunningProgram _program;
    private readonly HttpClient _client;
    private readonly string _folder;

    private PrometheusServer(RunningProgram program, Uri address, string folder)
    {
        _program = program;
        _folder = folder;
        _client = new HttpClient { BaseAddress = address };
    }

    public static async Task<PrometheusServer> StartAsync(Uri scraped)
    {
        var folder = Directory.CreateTempSubdirectory("notion-gateway-prometheus-").FullName;
        var config = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(config, Hastened(Repository.Read("deploy", "prometheus", "prometheus.yml"), scraped));
        File.Copy(Repository.PathOf("deploy", "prometheus", "rules.yaml"), Path.Combine(folder, "rules.yaml"));

        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var program = await RunningProgram.StartServerAsync(
            "prometheus",
            [$"--config.file={config}", $"--storage.tsdb.path={Path.Combine(folder, "data")}", $"--web.listen-address={address.Authority}", "--log.level=warn"],
            new Uri(address, "/-/ready"));
        return new PrometheusServer(program, address, folder);
    }

    /// <summary>What a chart over the span shows: a point a second.</summary>
    public Task<IReadOnlyList<Series>> RangeAsync(string expression, DateTimeOffset from, DateTimeOffset to) =>
        SeriesAsync($"/api/v1/query_range?query={Uri.EscapeDataString(expression)}&start={Seconds(from)}&end={Seconds(to)}&step=1", "values");

    /// <summary>What holds at one moment.</summary>
    public Task<IReadOnlyList<Series>> AtAsync(string expression, DateTimeOffset at) =>
        SeriesAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}&time={Seconds(at)}", "value");

    /// <summary>The rules that it has loaded.</summary>
    public async Task<IReadOnlyList<Rule>> RulesAsync()
    {
        var groups = (await GetAsync("/api/v1/rules")).GetProperty("groups").EnumerateArray();
        return [.. groups.SelectMany(group => group.GetProperty("rules").EnumerateArray()).Select(Rule.Read)];
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _program.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The shipped configuration, but for whom it scrapes and how often: a test has no minutes.</summary>
    private static string Hastened(string config, Uri scraped)
    {
        var hastened = config
            .Replace("gateway:8081", scraped.Authority)
            .Replace("scrape_interval: 10s", "scrape_interval: 1s")
            .Replace("scrape_timeout: 5s", "scrape_timeout: 1s")
            .Replace("evaluation_interval: 10s", "evaluation_interval: 1s");
        Assert.Contains(scraped.Authority, hastened);
        Assert.DoesNotContain("10s", hastened);
        return hastened;
    }

    private static string Seconds(DateTimeOffset time) => (time.ToUnixTimeMilliseconds() / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<Series>> SeriesAsync(string query, string values) =>
        [.. (await GetAsync(query)).GetProperty("result").EnumerateArray().Select(series => Series.Read(series, values))];

    private async Task<JsonElement> GetAsync(string path)
    {
        var response = JsonDocument.Parse(await (await _client.GetAsync(path)).Content.ReadAsStringAsync()).RootElement;
        Assert.True(response.GetProperty("status").GetString() == "success", $"{Uri.UnescapeDataString(path)}: {response}");
        return response.GetProperty("data");
    }
}

/// <summary>One series of a response, and whether it has a number in it at all.</summary>
internal sealed record Series(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<double> Values)
{
    public bool HasNumber => Values.Any(double.IsFinite);

    public static Series Read(JsonElement json, string values) => new(
        json.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!),
        [.. (values == "value" ? [json.GetProperty(values)] : json.GetProperty(values).EnumerateArray().ToArray())
            .Select(pair => Number(pair[1].GetString()!))]);

    // Prometheus writes "+Inf"; .NET does not read it.
    private static double Number(string text) =>
        text is "+Inf" ? double.PositiveInfinity : text is "-Inf" ? double.NegativeInfinity : double.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>A rule: a recording one has neither labels nor annotations here.</summary>
internal sealed record Rule(
    string Name, string Expression, bool IsAlert, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations)
{
    public static Rule Read(JsonElement json) => new(
        json.GetProperty("name").GetString()!,
        json.GetProperty("query").GetString()!,
        json.GetProperty("type").GetString() == "alerting",
        Texts(json, "labels"),
        Texts(json, "annotations"));

    private static Dictionary<string, string> Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out var texts) ? texts.EnumerateObject().ToDictionary(text => text.Name, text => text.Value.GetString()!) : [];
}
