using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Observing;

/// <summary>What the metrics cost in a large company: each of 200 callers has used each of 50 credentials once.</summary>
[Trait("Category", "Long")]
public sealed class MetricsSizeTests(ITestOutputHelper output)
{
    private const int Callers = 200;
    private const int Credentials = 50;

    [Fact]
    public async Task The_page_and_the_process_stay_small_with_200_callers_and_50_credentials()
    {
        using var folder = new TempFolder();
        var config = Path.Combine(folder.Path, "gateway.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(Configuration()));
        await using var upstream = new RecordingUpstream();
        await using var program = await RunningProgram.StartAsync(
            ["--config", config],
            [
                .. RunningProgram.Unhurried,
                ("Gateway__Forwarding__Upstream", upstream.Address.GetLeftPart(UriPartial.Authority)),
                ("Gateway__Forwarding__AllowInsecureUpstream", "true"),
                ("TOKEN", The.NotionToken),
            ]);
        using var client = new HttpClient { BaseAddress = program.Data };
        var pairs = Enumerable.Range(0, Callers * Credentials);
        await Parallel.ForEachAsync(pairs, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (pair, cancellationToken) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/users/me");
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {KeyOf(pair / Credentials)}");
            request.Headers.TryAddWithoutValidation("Notion-Gateway-Credential", $"credential{pair % Credentials}");
            using var response = await client.SendAsync(request, cancellationToken);
            Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
        });

        using var reader = new HttpClient { BaseAddress = program.Management };
        var (page, fastest) = ("", TimeSpan.MaxValue);
        for (var scrape = 0; scrape < 10; scrape++)
        {
            var since = Stopwatch.GetTimestamp();
            page = await reader.GetStringAsync("/metrics");
            fastest = Stopwatch.GetElapsedTime(since) is var took && took < fastest ? took : fastest;
        }

        var series = page.Split('\n').Count(line => line.Length > 0 && line[0] != '#');
        var resident = ResidentMiB(program.Id);
        var figures = string.Create(
            CultureInfo.InvariantCulture,
            $"{series} series, {page.Length / 1e6:0.0} MB, the fastest of 10 scrapes {fastest.TotalMilliseconds:0} ms, {resident} MiB resident");
        output.WriteLine(figures);
        Assert.DoesNotContain("overflow", page, StringComparison.OrdinalIgnoreCase);
        Assert.True(series is > 20_000 and < 40_000 && page.Length < 6_000_000, figures);
        Assert.True(resident < 200, figures);
    }

    private static object Configuration() => new
    {
        Gateway = new
        {
            Credentials = Enumerable.Range(0, Credentials).ToDictionary(
                number => $"credential{number}", _ => new { Source = "Environment", Variable = "TOKEN", VerifyToken = "false" }),
            Access = new
            {
                Callers = Enumerable.Range(0, Callers).ToDictionary(
                    number => $"caller{number}",
                    number => new
                    {
                        KeyHashes = new[] { KeyDigest.Of(KeyOf(number)).ToString() },
                        Credential = "credential0",
                        Credentials = Enumerable.Range(0, Credentials).Select(other => $"credential{other}").ToArray(),
                    }),
            },
        },
    };

    private static string KeyOf(int caller) => $"the key of the caller with the number {caller}";

    private static int ResidentMiB(int process) => int.Parse(
        File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) / 1024;

    private sealed class TempFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("notion-gateway-metrics-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
