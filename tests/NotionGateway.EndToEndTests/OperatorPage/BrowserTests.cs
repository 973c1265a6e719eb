using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NotionGateway.Hosting;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.OperatorPage;

/// <summary>The operator page in a real browser: signing in, renewal, keyboard, accessibility, narrow and wide windows, 200 callers and none.</summary>
public sealed partial class BrowserTests
{
    private const int Callers = 200;

    private static readonly string Folder = Repository.PathOf("tests", "NotionGateway.EndToEndTests", "browser");

    [Fact]
    public Task The_page_is_one_that_everybody_can_use() => CheckAsync();

    [Fact]
    [Trait("Category", "Long")]
    public Task Each_page_is_accessible_in_both_widths_and_both_colour_schemes() => CheckAsync("--thorough", "yes");

    private static async Task CheckAsync(params string[] more)
    {
        var callers = Enumerable.Range(1, Callers).ToDictionary(number => $"caller-{number:D3}", number => $"ngw_{number:D43}");
        var config = Path.Combine(Path.GetTempPath(), $"operator-page-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(config, Configuration(callers));
        try
        {
            await using var program = await RunningProgram.StartAsync(["--sandbox", "--config", config], RunningProgram.Unhurried);
            var (exitCode, output) = await RunningProgram.RunAsync(
                "node",
                [
                    Path.Combine(Folder, "check.mjs"), "--sign-in", SignIn().Match(program.Output).Value, "--key", SandboxOAuth.DemoOperatorKey,
                    "--data", program.Data.GetLeftPart(UriPartial.Authority), "--notion", Notion().Match(program.Output).Groups["address"].Value,
                    "--callers", string.Join(',', callers.Select(caller => $"{caller.Key}={caller.Value}")), .. more,
                ]);

            Assert.True(exitCode == 0, output);
            Assert.Matches("[5-9][0-9] checks, 0 failed", output);
            Assert.DoesNotContain(SignIn().Match(program.Output).Value, LogOf(program));
        }
        finally
        {
            File.Delete(config);
        }
    }

    [Fact]
    public async Task A_busy_sandbox_has_everything_to_see_within_seconds()
    {
        await using var program = await RunningProgram.StartAsync(["--sandbox", "--busy"], []);
        var address = new Uri(SignIn().Match(program.Output).Value);
        using var client = new HttpClient { BaseAddress = new Uri(address.GetLeftPart(UriPartial.Authority)) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", SandboxOAuth.DemoOperatorKey);

        await SafetyNet.UntilAsync(async () => Shows(JsonNode.Parse(await client.GetStringAsync("/operator/v1/status"))!), () => program.Output);

        static bool Shows(JsonNode status)
        {
            var reasons = status["denials_last_minute"]!.AsArray().Select(cause => (string)cause!["reason"]!).ToList();
            var callers = status["connections"]!.AsArray()
                .SelectMany(connection => connection!["callers"]!.AsArray())
                .Select(caller => (string)caller!["caller"]!);
            return new[] { "batch", "crm", "mobile", "reports" }.All(callers.Contains)
                && new[] { "invalid_key", "wait_too_long", "upstream_unauthorized" }.All(reasons.Contains)
                && status["credentials"]!.AsArray().Any(credential => (string)credential!["state"]! == "refused");
        }
    }

    /// <summary>What was logged, without what was printed for the person who has started it.</summary>
    private static string LogOf(RunningProgram program) =>
        string.Join('\n', program.Output.Split('\n').Where(line => line.StartsWith("20", StringComparison.Ordinal)));

    private static string Configuration(Dictionary<string, string> callers) => JsonSerializer.Serialize(new
    {
        Gateway = new
        {
            Access = new
            {
                Callers = callers.ToDictionary(caller => caller.Key, caller => new { KeyHashes = new[] { KeyDigest.Of(caller.Value).ToString() } }),
            },
        },
    });

    [GeneratedRegex("Notion +(?<address>http://127\\.0\\.0\\.1:[0-9]+) ", RegexOptions.ExplicitCapture)]
    private static partial Regex Notion();

    [GeneratedRegex("http://127\\.0\\.0\\.1:[0-9]+/sign-in\\?once=[0-9A-Za-z]{43}")]
    private static partial Regex SignIn();
}
