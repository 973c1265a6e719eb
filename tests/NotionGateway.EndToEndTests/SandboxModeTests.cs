using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests;

/// <summary>What <c>--sandbox</c> prints, tested: every line is pasted as a new user would do.</summary>
public sealed partial class SandboxModeTests
{
    private static readonly string Sdk = Repository.PathOf("tests", "NotionGateway.EndToEndTests", "sdk");

    [Fact]
    public async Task Every_line_that_it_prints_works_when_pasted()
    {
        await using var program = await RunningProgram.StartAsync(["--sandbox"], [("NOTION_TOKEN", The.NotionToken), .. RunningProgram.Unhurried]);
        var lines = CurlLines().Matches(program.Output).Select(match => match.Value.Trim()).ToList();
        Assert.Equal(8, lines.Count);
        foreach (var line in lines.Where(line => !line.Contains("demo/acme")))
        {
            var (exitCode, output) = await RunningProgram.RunAsync("bash", ["-c", $"{line} -sS --fail-with-body"]);
            Assert.True(exitCode == 0, $"{line}: {output}");
            Assert.DoesNotContain(The.NotionToken, output);
            if (line.Contains("connect-links"))
            {
                await ConnectAsync(program.Output, LinkUrl().Match(output).Groups["url"].Value);
            }
        }

        var (used, grant) = await RunningProgram.RunAsync("bash", ["-c", $"{lines.Single(line => line.Contains("demo/acme"))} -sS"]);
        Assert.Equal(0, used);
        Assert.Contains("\"object\":\"user\"", grant);
        Assert.DoesNotContain(The.NotionToken, program.Output);
    }

    [Fact]
    public async Task The_snippet_for_the_SDK_runs_as_it_is()
    {
        await using var program = await RunningProgram.StartAsync(["--sandbox"], RunningProgram.Unhurried);
        var file = Path.Combine(Sdk, $"pasted-{program.Id}.mjs");
        await File.WriteAllLinesAsync(
            file, program.Output.Split('\n').SkipWhile(line => !line.TrimStart().StartsWith("import ")).TakeWhile(line => line.Length > 0));
        try
        {
            var (exitCode, output) = await RunningProgram.RunAsync("node", [file]);
            Assert.True(exitCode == 0, output);
            Assert.Contains("object: 'list'", output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Without_a_folder_for_temporary_files_it_says_what_to_mount()
    {
        var (exitCode, output) = await RunningProgram.RunAsync(Published.Program, ["--sandbox"], ("TMPDIR", "/proc"));
        Assert.Equal(1, exitCode);
        Assert.Contains("The sandbox cannot start: --sandbox keeps its grants in a temporary folder, and none can be created in /proc/.", output);
        Assert.Contains("--tmpfs /tmp", output);
        Assert.DoesNotContain("   at ", output);
    }

    [Fact]
    public async Task It_says_at_once_that_it_starts_and_then_where_each_listener_is()
    {
        await using var program = await RunningProgram.StartAsync(["--sandbox"]);
        Assert.StartsWith($"Notion Gateway {Repository.Version} starts with a built-in Notion sandbox", program.Output);
        Assert.Contains($"  Data        {program.Data.GetLeftPart(UriPartial.Authority)} ", program.Output);
        Assert.Contains($"  Management  {program.Management.GetLeftPart(UriPartial.Authority)} ", program.Output);
        Assert.Matches("listens: Data http\\S+, Management http\\S+, Operator http\\S+, Connect http\\S+\\.", program.Output);
        Assert.Matches("redirect URI is http://127.0.0.1:\\d+/callback", program.Output);
        Assert.Contains("callers: 2; credentials: 1.", program.Output);
        Assert.DoesNotContain("1 credentials", program.Output);
    }

    [Fact]
    public async Task In_a_container_all_of_it_is_reached_from_outside_and_printed_as_a_browser_there_reaches_it()
    {
        var outside = NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(address => address.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        await using var program = await RunningProgram.StartAsync(
            ["--sandbox"],
            ("DOTNET_RUNNING_IN_CONTAINER", "true"),
            ("Kestrel__Endpoints__Connect__Url", ""), ("Kestrel__Endpoints__Operator__Url", ""));

        foreach (var name in new[] { "Operator", "Connect", "Notion" })
        {
            var address = new Uri(AddressOf(name, program.Output));
            if (outside is not null)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(outside, address.Port);
            }
        }

        var signIn = new Uri(SignIn().Match(program.Output).Value);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        using var opened = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(signIn) { Host = (outside ?? IPAddress.Loopback).ToString() }.Uri);
        opened.Headers.Host = signIn.Authority;
        Assert.Equal("/", (await browser.SendAsync(opened)).Headers.Location?.OriginalString);
    }

    /// <summary>What a person does in the browser: press the button, consent at the Notion sandbox, come back.</summary>
    private static async Task ConnectAsync(string printed, string link)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, CookieContainer = new CookieContainer() });
        using var press = new HttpRequestMessage(HttpMethod.Post, link) { Headers = { { "Origin", "null" }, { "Sec-Fetch-Site", "same-origin" } } };
        var authorize = (await browser.SendAsync(press)).Headers.Location!;
        var pretend = AddressOf("Notion", printed);
        Assert.StartsWith(pretend, authorize.ToString());
        using var body = new StringContent($$"""{"authorize_url":"{{authorize.OriginalString}}"}""", null, "application/json");
        var consent = await (await browser.PostAsync($"{pretend}/_sandbox/oauth/consent", body)).Content.ReadAsStringAsync();
        using var json = System.Text.Json.JsonDocument.Parse(consent);
        var back = await browser.GetAsync(json.RootElement.GetProperty("location").GetString());
        Assert.Contains((int)back.StatusCode, new[] { 200, 303 });
    }

    private static string AddressOf(string name, string printed) =>
        Addresses().Matches(printed).Single(match => match.Groups["name"].Value == name).Groups["url"].Value;

    [GeneratedRegex(@"^  (?<name>\w+) +(?<url>http://127.0.0.1:\d+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Addresses();

    [GeneratedRegex(@"^ +curl .*$", RegexOptions.Multiline)]
    private static partial Regex CurlLines();

    [GeneratedRegex("http://127\\.0\\.0\\.1:[0-9]+/sign-in\\?once=[0-9A-Za-z]{43}")]
    private static partial Regex SignIn();

    [GeneratedRegex("\"url\":\"(?<url>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex LinkUrl();
}
