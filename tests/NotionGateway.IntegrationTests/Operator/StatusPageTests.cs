using System.Text.RegularExpressions;
using NotionGateway.Cli;
using NotionGateway.IntegrationTests.FlowControl;
using NotionGateway.IntegrationTests.Reloading;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Operator;

/// <summary>The page about the status shows what the commands print. With UPDATE_SNAPSHOTS=1 this test writes it there.</summary>
public sealed partial class StatusPageTests : IDisposable
{
    private const string Mark = "<!-- A test writes this block. -->\n```\n";
    private const string Batch = "the key of the nightly batch of this test";
    private const string Old = "a key that was replaced weeks ago";

    private readonly SettingsFile _file = new();

    [Fact]
    public async Task The_page_shows_what_the_commands_print()
    {
        await using var upstream = new RecordingUpstream();
        upstream.Answer = request => request.Values("Authorization").Contains($"Bearer {The.OtherToken}")
            ? RawResponse.Json("""{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}""", 401)
            : RawResponse.Json("{}");
        _file.Credential("second").Caller("batch", Batch).Caller("crm", The.Key).Caller("reports", The.OtherKey, "second");
        await using var gateway = await _file.StartAsync(upstream, setup => setup
            .OnFakeTime().Limit(40, 20).Flow("MaxWait", "01:00:00").Patient("batch")
            .Environment("HOSTNAME", "notion-gateway-6f7c9d-x2k4q").Operator(The.OperatorKey));
        gateway.Canaries.Guard(Batch, "the key of the batch");
        gateway.Canaries.Guard(Old, "the old key");
        using var batch = gateway.Client(Batch);
        using var crm = gateway.Client();

        await gateway.Clock.RunAsync(gateway.SendAsync(gateway.Client(The.OtherKey)));
        await gateway.Clock.RunAsync(Task.WhenAll(gateway.SendMany(crm, 5)));
        await gateway.Clock.RunAsync(Task.WhenAll(gateway.SendMany(batch, 15)));
        using var stranger = await gateway.SendAsync(gateway.Client(Old));
        _file.Setting("Gateway:Access:Callers:crm:Permissions", null).Setting("Gateway:Access:Callers:crm:Permissions:0", "reed").Replace();
        gateway.Clock.Advance(TimeSpan.FromSeconds(2));
        await gateway.UntilAsync(() => gateway.Logs.Named("ReloadRefused").Any(), "the refusal");
        _ = gateway.SendMany(batch, 20);
        await gateway.UntilAsync(() => gateway.Waiting() >= 16, "the batch to wait");
        using var turnedAway = await gateway.SendAsync(crm, prefer: "wait=0");
        gateway.Clock.Advance(TimeSpan.FromMilliseconds(400));
        var id = Assert.Single(turnedAway.Headers.GetValues("Notion-Gateway-Request-Id"));
        await gateway.UntilAsync(async () => (await RunAsync(gateway, "--id", id)).Contains("wait_too_long"), "the request to be remembered");

        var blocks = new[] { await RunAsync(gateway), await RunAsync(gateway, "--id", id) };
        var (page, shown) = Page(blocks);

        Assert.Contains("batch has the largest share", blocks[0]);
        Assert.Contains("REFUSED", blocks[0]);
        Assert.Contains("Credential second: Notion rejects its token", blocks[0]);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(Repository.PathOf("docs", "status.md"), page);
            return;
        }

        Assert.Equal(blocks.Select(Masked), shown.Select(Masked));
    }

    public void Dispose() => _file.Dispose();

    private static async Task<string> RunAsync(TestGateway gateway, params string[] options)
    {
        using var output = new StringWriter();
        var environment = new FakeEnvironment { ["GATEWAY_OPERATOR_KEY"] = The.OperatorKey };
        string[] command = ["status", .. options, "--url", gateway.Operator.GetLeftPart(UriPartial.Authority)];
        await GatewayCommands.InvokeAsync(command, environment, output, output);
        return output.ToString().Trim().ReplaceLineEndings("\n");
    }

    /// <summary>The page with these blocks in it, and the blocks that it has.</summary>
    private static (string Page, IReadOnlyList<string> Shown) Page(string[] blocks)
    {
        var parts = Repository.Read("docs", "status.md").Split(Mark);
        Assert.Equal(blocks.Length + 1, parts.Length);
        var ends = parts.Skip(1).Select(part => part.IndexOf("```", StringComparison.Ordinal)).ToList();
        var shown = parts.Skip(1).Select((part, index) => part[..ends[index]].Trim()).ToList();
        var page = parts[0] + string.Concat(blocks.Select((block, index) => $"{Mark}{block}\n{parts[index + 1][ends[index]..]}"));
        return (page, shown);
    }

    /// <summary>Ids, times and numbers differ from run to run; the words before them do not.</summary>
    private static string Masked(string text) => string.Join(
        '\n', text.Split('\n').Select(line => Varying().Split(line)[0].Trim()).Where(line => line.Length > 0).Select(line => Widths().Replace(line, " ")));

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-|\\b[0-9a-f]{8,12}\\b|[0-9-]")]
    private static partial Regex Varying();

    [GeneratedRegex(" +")]
    private static partial Regex Widths();
}
