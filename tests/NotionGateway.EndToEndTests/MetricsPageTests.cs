using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests;

/// <summary>The page that Prometheus reads, of a program of its own: nothing else is counted there.</summary>
public sealed class MetricsPageTests
{
    [Fact]
    [Trait("Category", "Long")]
    public async Task Ten_thousand_random_requests_add_no_series()
    {
        await using var program = await RunningProgram.StartAsync(["--sandbox"]);
        var random = new Random(11);
        await StormAsync(program, random, 300);
        var before = await SeriesAsync(program);

        await StormAsync(program, random, 10_000);

        // How a connection may end is a closed set too, and a busy machine meets more of it.
        var added = (await SeriesAsync(program)).Except(before);
        Assert.DoesNotContain(added, series => !series.StartsWith("kestrel_connection_", StringComparison.Ordinal));
        Assert.Contains(before, series => series.StartsWith("notion_gateway_denials_total{", StringComparison.Ordinal)
            && series.Contains("notion_token_presented", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_that_the_framework_measures_at_each_request_is_on_the_page()
    {
        await using var program = await RunningProgram.StartAsync(["--sandbox"]);
        await StormAsync(program, new Random(12), 20);
        using var client = new HttpClient { BaseAddress = program.Management };
        var page = await client.GetStringAsync("/metrics");
        Assert.Contains("\nkestrel_", page);
        Assert.Contains("\nnotion_gateway_active_requests", page);
        Assert.DoesNotContain("http_server_", page);
        Assert.DoesNotContain("http_client_request_", page);
        Assert.DoesNotContain("http_client_active_requests", page);
        Assert.DoesNotContain("http_client_open_connections", page);
    }

    [Fact]
    public async Task The_page_can_be_switched_off()
    {
        await using var program = await RunningProgram.StartAsync(["--sandbox"], ("Gateway__Telemetry__Prometheus", "false"));
        using var client = new HttpClient { BaseAddress = program.Management };
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await client.GetAsync("/metrics")).StatusCode);
    }

    [Fact]
    public async Task In_a_container_log_lines_are_JSON()
    {
        await using var program = await RunningProgram.StartAsync(["--sandbox"], ("DOTNET_RUNNING_IN_CONTAINER", "true"));
        program.Terminate();
        await program.ExitCodeAsync();
        var lines = program.Output.Split('\n').Where(line => line.StartsWith('{'))
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("EventName").GetString()).ToList();
        Assert.Contains("Started", lines);
    }

    private static Task StormAsync(RunningProgram program, Random random, int count)
    {
        var texts = Enumerable.Range(0, count).Select(number =>
        {
            var method = random.Next(4) switch { 0 => "GET", 1 => "POST", 2 => "DELETE", _ => $"M{number}" };
            var key = random.Next(3) switch { 0 => "", 1 => $"Authorization: Bearer key{number}\r\n", _ => $"Authorization: Bearer ntn_{number}\r\n" };
            return $"{method} /v1/path{number}?q={number} HTTP/1.1\r\nHost: h{number}\r\nUser-Agent: agent{number}\r\n{key}Connection: close\r\n\r\n";
        }).ToArray();
        return Parallel.ForEachAsync(texts, async (text, _) =>
        {
            using var caller = new RawCaller(program.Data, new CanaryWatch());
            await caller.ExchangeAsync(text);
        });
    }

    /// <summary>All series that callers can cause, without their values.</summary>
    private static async Task<IReadOnlyList<string>> SeriesAsync(RunningProgram program)
    {
        // What is counted when a connection has ended comes a moment after its response: two looks, a second apart, see the same.
        using var client = new HttpClient { BaseAddress = program.Management };
        IReadOnlyList<string> before = [], now = await ReadAsync();
        await SafetyNet.UntilAsync(
            async () =>
            {
                (before, now) = (now, await ReadAsync());
                return before.SequenceEqual(now);
            },
            () => "The page goes on changing.");
        return now;

        async Task<IReadOnlyList<string>> ReadAsync()
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            var page = await client.GetStringAsync("/metrics");
            string[] ours = ["notion_gateway_", "http_server_", "kestrel_"];
            return
                [.. page.Split('\n').Where(line => Array.Exists(ours, prefix => line.StartsWith(prefix, StringComparison.Ordinal)))
                    .Select(line => line[..line.LastIndexOf(' ')]).Order(StringComparer.Ordinal)];
        }
    }
}
